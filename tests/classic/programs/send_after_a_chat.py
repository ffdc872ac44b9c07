"""After a chat both sides answer a plain send; not after stop_reply_at_receive."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=0)
    other = api.agent("other", default_auto_reply="ok")
    api.drive("initiate_chat", user, other, message="go")
    api.drive("send", user, "answered", other)
    other.stop_reply_at_receive(user)
    api.drive("send", user, "not answered", other)
    one_partner = api.texts(user.chat_messages[other])
    other.stop_reply_at_receive()
    api.drive("send", user, "not answered either", other)
    return {"texts": one_partner, "then": api.texts(user.chat_messages[other])}
