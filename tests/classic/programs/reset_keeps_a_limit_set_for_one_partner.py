"""What a reset does to limits."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(max_consecutive_auto_reply=5), api.agent("other")
    user.update_max_consecutive_auto_reply(2, other)
    user.reset()
    return {"limit": user.max_consecutive_auto_reply(other), "for_all": user.max_consecutive_auto_reply()}
