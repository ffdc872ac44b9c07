"""An exception in a tool is told to the model in one line."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def divide(a: int, b: int) -> float:
        return a / b

    user = api.user(function_map={"divide": divide})
    call = {"id": "c1", "type": "function", "function": {"name": "divide", "arguments": '{"a": 1, "b": 0}'}}
    assistant = api.assistant("assistant", [{"tool_calls": [call]}, "sorry"])
    result = api.drive("initiate_chat", user, assistant, message="go", max_turns=2)
    return api.result(result)
