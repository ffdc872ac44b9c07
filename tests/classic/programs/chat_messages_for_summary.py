"""What a summary is made of."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    api.drive("initiate_chat", user, other, message="go", max_turns=1)
    return {"user": user.chat_messages_for_summary(other), "other": other.chat_messages_for_summary(user)}
