"""A limit of n lets the sender answer n times."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for limit in (0, 1, 2):
        user = api.user(max_consecutive_auto_reply=limit, default_auto_reply="more")
        other = api.agent("other", default_auto_reply="ok")
        result = api.drive("initiate_chat", user, other, message="go")
        outcome[str(limit)] = api.result(result)
    return outcome
