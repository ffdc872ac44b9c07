"""A limit of 0 keeps the recipient silent; of 1, it answers once."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for limit in (0, 1, 2):
        user = api.user(default_auto_reply="more")
        other = api.agent("other", max_consecutive_auto_reply=limit, default_auto_reply="ok")
        result = api.drive("initiate_chat", user, other, message="go")
        outcome[str(limit)] = {"result": api.result(result), "histories": api.histories(user, other)}
    return outcome
