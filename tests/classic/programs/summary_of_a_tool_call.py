"""The summary of a last message without text is empty."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    user, assistant = api.user(), api.assistant("assistant", [{"content": None, "tool_calls": [call]}])
    result = api.drive("initiate_chat", user, assistant, message="go", max_turns=1)
    return api.result(result)
