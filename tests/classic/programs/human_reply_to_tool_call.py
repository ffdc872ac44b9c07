"""A text typed at a tool call answers each call with the interruption, and the text."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", function_map={"add": lambda a, b: a + b})
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}
        for n in (1, 2)
    ]
    assistant = api.assistant("assistant", [{"tool_calls": calls}, "as you like"])
    prompts = api.inputs(["better not", "exit"])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {
        "prompts": prompts,
        "result": api.result(result),
        "histories": api.histories(user, assistant),
        "sent": api.sent_to_model(assistant),
    }
