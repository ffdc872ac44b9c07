"""Two turns are two messages from each."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(default_auto_reply="more"), api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", user, other, message="go", max_turns=2)
    return {"result": api.result(result), "histories": api.histories(user, other)}
