"""A function call of the older kind is answered by a function message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"add": lambda a, b: a + b})
    call = {"name": "add", "arguments": '{"a": 1, "b": 2}'}
    assistant = api.assistant("assistant", [{"function_call": call}, "It is 3."])
    result = api.drive("initiate_chat", user, assistant, message="go", max_turns=2)
    return {
        "result": api.result(result),
        "sent": api.sent_to_model(assistant)[-1],
        "histories": api.histories(assistant),
    }
