"""The first message of an inner chat may be a text, a callable, or the outer message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def answer(entry: dict[str, object]) -> Outcome:
        inner, user = api.agent("inner", default_auto_reply="inner answer"), api.user(max_consecutive_auto_reply=0)
        outer = api.agent("outer", default_auto_reply="outer default")
        outer.register_nested_chats([{"recipient": inner, "max_turns": 1} | entry], trigger=user)
        result = user.initiate_chat(outer, message="from outside")
        return {"outer": api.texts(result.chat_history), "inner": api.histories(inner)}

    def message(recipient: object, messages: list[dict[str, object]], sender: object, config: object) -> str:
        return f"{recipient.name} heard {messages[-1]['content']} of {sender.name}"

    return {
        "none": answer({}),
        "text": answer({"message": "fixed"}),
        "callable": answer({"message": message}),
        "callable_skips": answer({"message": lambda *_, **__: None}),
        "summary_callable": answer({"summary_method": lambda sender, recipient, args: "callable summary"}),
        "two_turns": answer({"max_turns": 2}),
        "sender": answer({"sender": api.agent("deputy")}),
    }
