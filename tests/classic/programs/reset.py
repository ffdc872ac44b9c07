"""A reset forgets histories, counters, and whom to answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = (
        api.user(max_consecutive_auto_reply=1, default_auto_reply="more"),
        api.agent("other", default_auto_reply="ok"),
    )
    api.drive("initiate_chat", user, other, message="go")
    other.stop_reply_at_receive(user)
    before = {"reply_at_receive": dict(user.reply_at_receive), "limit": user.max_consecutive_auto_reply(other)}
    user.reset()
    return {
        "before": before,
        "histories": api.histories(user, other),
        "reply_at_receive": dict(user.reply_at_receive),
        "limit": user.max_consecutive_auto_reply(other),
    }
