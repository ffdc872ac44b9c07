"""A receiver answers a plain send only when asked to, or when it is in a chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for request in (True, False, None):
        user, other = (
            api.user(max_consecutive_auto_reply=1, default_auto_reply="more"),
            api.agent("other", default_auto_reply="ok"),
        )
        api.drive("send", user, "hi", other, request_reply=request)
        outcome[str(request)] = api.histories(user, other)
    return outcome
