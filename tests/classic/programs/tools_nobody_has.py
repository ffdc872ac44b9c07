"""An agent without functions asked to run a tool says it was not found."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    user, assistant = api.user(), api.assistant("assistant", [{"tool_calls": [call]}, "sorry"])
    result = api.drive("initiate_chat", user, assistant, message="go", max_turns=2)
    return api.result(result)
