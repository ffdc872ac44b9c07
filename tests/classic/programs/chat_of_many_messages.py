"""A chat is not limited by the depth of the stack."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=600, default_auto_reply="more")
    other = api.agent("other", max_consecutive_auto_reply=600, default_auto_reply="ok")
    outcome = api.error(lambda: len(api.drive("initiate_chat", user, other, message="go", silent=True).chat_history))
    return {"outcome": outcome}
