"""Two agents of one name are told apart."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    one, two = api.agent("same", default_auto_reply="from one"), api.agent("same", default_auto_reply="from two")
    user = api.user(max_consecutive_auto_reply=0)
    api.drive("initiate_chat", user, one, message="to one")
    api.drive("initiate_chat", user, two, message="to two")
    among = api.drive("initiate_chat", one, two, message="hello", max_turns=1)
    return {"one": user.chat_messages[one], "two": user.chat_messages[two], "among": among.chat_history}
