"""A function nobody has."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"add": lambda a, b: a + b})
    assistant = api.assistant("assistant", [{"function_call": {"name": "sub", "arguments": "{}"}}, "sorry"])
    return api.result(api.drive("initiate_chat", user, assistant, message="go", max_turns=2))
