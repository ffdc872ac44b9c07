"""The reply may be made from the inner results by a function."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    inner, user = api.agent("inner", default_auto_reply="inner answer"), api.user(max_consecutive_auto_reply=0)
    outer = api.agent("outer")
    seen: list[object] = []

    def answer(
        chat_queue: list[object], recipient: object, messages: list[object], sender: object, config: object
    ) -> object:
        seen.append([len(chat_queue), recipient, list(messages), sender, config])
        return True, "made by hand"

    outer.register_nested_chats(
        [{"recipient": inner, "max_turns": 1}], trigger=user, reply_func_from_nested_chats=answer
    )
    result = user.initiate_chat(outer, message="go")
    wrong = lambda: outer.register_nested_chats([], trigger=user, reply_func_from_nested_chats="nonsense")
    return {
        "texts": api.texts(result.chat_history),
        "seen": seen,
        "unknown": api.error(wrong, "reply_func_from_nested_chats must be a callable or a string"),
    }
