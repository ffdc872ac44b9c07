"""A plain send after the limit is reached gets no further answer, until a reset."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=1, default_auto_reply="more")
    other = api.agent("other", default_auto_reply="ok")
    api.drive("send", user, "one", other)
    first = api.texts(user.chat_messages[other])
    api.drive("send", user, "two", other)
    second = api.texts(user.chat_messages[other])
    user.reset_consecutive_auto_reply_counter(other)
    api.drive("send", user, "three", other)
    return {"first": first, "second": second, "third": api.texts(user.chat_messages[other])}
