"""By default only a message that is exactly TERMINATE ends a chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for text in ("TERMINATE", "It is 3. TERMINATE", "TERMINATE.", "terminate", " TERMINATE ", ""):
        user = api.user(max_consecutive_auto_reply=1, default_auto_reply="more")
        other = api.agent("other", default_auto_reply=text)
        outcome[text] = api.texts(api.drive("initiate_chat", user, other, message="go").chat_history)
    return outcome
