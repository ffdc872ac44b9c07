"""A message may be handed to receive; the sender's history has only what comes back."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for request in (True, False, None):
        user, other = api.user(max_consecutive_auto_reply=0), api.agent("other", default_auto_reply="ok")
        returned = api.drive("receive", other, "hi", user, request_reply=request)
        outcome[str(request)] = {"returned": returned, "histories": api.histories(user, other)}
    return outcome
