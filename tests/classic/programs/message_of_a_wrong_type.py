"""A message that is neither text nor a dict."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for message in (3, ["text"], b"bytes"):
        user, other = api.user(), api.agent("other", default_auto_reply="ok")
        outcome[repr(message)] = {
            "sent": api.error(lambda: api.drive("send", user, message, other)),
            "chat": api.error(lambda: api.drive("initiate_chat", user, other, message=message, max_turns=1) and None),
            "stored": [len(m) for m in user.chat_messages.values()],
        }
    return outcome
