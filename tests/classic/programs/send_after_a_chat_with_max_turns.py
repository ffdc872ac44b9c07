"""After a chat with max_turns a plain send gets no answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(default_auto_reply="more"), api.agent("other", default_auto_reply="ok")
    api.drive("initiate_chat", user, other, message="go", max_turns=1)
    api.drive("send", user, "hello?", other)
    return {"texts": api.texts(user.chat_messages[other]), "reply_at_receive": dict(other.reply_at_receive)}
