"""No turns at all."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    return {
        "outcome": api.error(lambda: api.result(api.drive("initiate_chat", user, other, message="go", max_turns=0))),
        "histories": api.histories(user, other),
    }
