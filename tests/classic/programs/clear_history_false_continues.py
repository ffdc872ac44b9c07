"""A chat that does not clear the history goes on from it, on both sides."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", ["one", "two", "three"])
    api.drive("initiate_chat", user, assistant, message="a", max_turns=1)
    second = api.drive("initiate_chat", user, assistant, message="b", max_turns=1, clear_history=False)
    texts = api.texts(second.chat_history)
    third = api.drive("initiate_chat", user, assistant, message="c", max_turns=1)
    return {"second": texts, "third": api.texts(third.chat_history), "sent": api.sent_to_model(assistant)}
