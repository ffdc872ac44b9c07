"""A termination message that opens the chat gets no answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", user, other, message="TERMINATE")
    return {"result": api.result(result), "histories": api.histories(user, other)}
