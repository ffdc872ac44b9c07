"""A text typed at a function call answers the call with the text."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", function_map={"add": lambda a, b: a + b})
    call = {"name": "add", "arguments": '{"a": 1, "b": 2}'}
    assistant = api.assistant("assistant", [{"function_call": call}, "as you like"])
    prompts = api.inputs(["better not", "exit"])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {"prompts": prompts, "result": api.result(result), "sent": api.sent_to_model(assistant)}
