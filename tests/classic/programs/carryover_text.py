"""A carryover text is put after the message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", user, other, message="go", carryover="what we know", max_turns=1)
    return api.result(result)
