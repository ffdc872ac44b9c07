"""Exit at a tool call ends the chat with the call unanswered."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", function_map={"add": lambda a, b: a + b})
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    assistant = api.assistant("assistant", [{"tool_calls": [call]}, "It is 3."])
    prompts = api.inputs(["exit"])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {"prompts": prompts, "result": api.result(result)}
