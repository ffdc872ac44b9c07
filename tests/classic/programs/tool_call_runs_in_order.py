"""Tool calls are run in order and answered in one message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"add": lambda a, b: a + b, "greet": lambda name: f"hi {name}"})

    def call(number: int, name: str, arguments: str) -> dict[str, object]:
        return {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}

    calls = [
        call(1, "add", '{"a": 1, "b": 2}'),
        call(2, "missing", "{}"),
        call(3, "greet", '{"name": "Ann"}'),
        call(4, "greet", '{"name": "Bo"'),
        call(5, "greet", '{"nobody": 1}'),
        call(6, "greet", ""),
    ]
    assistant = api.assistant("assistant", [{"content": "let me see", "tool_calls": calls}, "done"])
    result = api.drive("initiate_chat", user, assistant, message="go", max_turns=2)
    return {"result": api.result(result), "sent": api.sent_to_model(assistant)[-1]}
