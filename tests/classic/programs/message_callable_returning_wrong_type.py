"""A callable message that gives neither text nor a dict is refused."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    return {
        "number": api.error(lambda: api.drive("initiate_chat", user, other, message=lambda *_: 3, max_turns=1)),
        "histories": api.histories(user, other),
    }
