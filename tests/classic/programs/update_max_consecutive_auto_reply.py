"""The limit can be set for everybody or for one partner."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, one, two = api.user(max_consecutive_auto_reply=5), api.agent("one"), api.agent("two")
    before = [user.max_consecutive_auto_reply(), user.max_consecutive_auto_reply(one)]
    user.update_max_consecutive_auto_reply(1, one)
    for_one = [
        user.max_consecutive_auto_reply(),
        user.max_consecutive_auto_reply(one),
        user.max_consecutive_auto_reply(two),
    ]
    user.update_max_consecutive_auto_reply(2)
    for_all = [
        user.max_consecutive_auto_reply(),
        user.max_consecutive_auto_reply(one),
        user.max_consecutive_auto_reply(two),
    ]
    return {"before": before, "for_one": for_one, "for_all": for_all}
