"""Inner chats in an async chat; each needs an id."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    inner, user = api.agent("inner", default_auto_reply="inner answer"), api.user(max_consecutive_auto_reply=0)
    outer = api.agent("outer")
    entry = {"recipient": inner, "max_turns": 1}
    refused = lambda: outer.register_nested_chats([entry], trigger=user, use_async=True)
    wanted = "chat_id is required for async nested chats"
    refusal = api.error(refused, wanted)
    outer = api.agent("outer")
    outer.register_nested_chats([entry | {"chat_id": 1}], trigger=user, use_async=True)
    result = api.wait(user.a_initiate_chat(outer, message="go"))
    return {"refusal": refusal, "texts": api.texts(result.chat_history)}
