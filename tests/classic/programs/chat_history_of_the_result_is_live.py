"""What happens to the history of an earlier result when the agents chat again."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    first = api.drive("initiate_chat", user, other, message="first", max_turns=2)
    before = api.texts(first.chat_history)
    api.drive("initiate_chat", user, other, message="second", max_turns=1)
    return {"before": before, "after": api.texts(first.chat_history)}
