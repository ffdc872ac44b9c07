"""A message that is neither text nor a dict."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def say(message: object) -> Outcome:
        user, other = api.user(), api.agent("other", default_auto_reply="ok")
        return {
            "sent": api.error(lambda: api.drive("send", user, message, other)),
            "chat": api.error(lambda: api.drive("initiate_chat", user, other, message=message, max_turns=1) and None),
            "stored": sum(len(messages) for messages in user.chat_messages.values()),
        }

    return {repr(message): say(message) for message in (3, ["text"], b"bytes")}
