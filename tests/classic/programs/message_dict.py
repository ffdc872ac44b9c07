"""A dict message keeps the known keys only, and its name is the given one only if it has one."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    message = {"content": "hi", "name": "boss", "role": "system", "context": {"a": 1}, "extra": "dropped"}
    result = api.drive("initiate_chat", user, other, message=message, max_turns=1)
    return {"histories": api.histories(user, other), "result": api.result(result), "given": message}
