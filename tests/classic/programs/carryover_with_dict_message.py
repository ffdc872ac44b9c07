"""A carryover is appended to the content of a dict message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    message = {"content": "go", "context": {"k": "v"}}
    result = api.drive("initiate_chat", user, other, message=message, carryover=["one"], max_turns=1)
    return {"result": api.result(result), "given": message}
