"""Another sender gets an ordinary answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    inner = api.agent("inner", default_auto_reply="inner answer")
    outer = api.agent("outer", default_auto_reply="ordinary")
    one, two = api.user("one", max_consecutive_auto_reply=0), api.user("two", max_consecutive_auto_reply=0)
    outer.register_nested_chats([{"recipient": inner, "max_turns": 1}], trigger=one)
    return {user.name: api.texts(user.initiate_chat(outer, message="go").chat_history) for user in (one, two)}
