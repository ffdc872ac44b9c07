"""Histories with different partners do not mix."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=0)
    one, two = api.assistant("one", ["1"]), api.assistant("two", ["2"])
    api.drive("initiate_chat", user, one, message="to one")
    api.drive("initiate_chat", user, two, message="to two")
    return {"histories": api.histories(user, one, two), "sent": api.sent_to_model(two)}
