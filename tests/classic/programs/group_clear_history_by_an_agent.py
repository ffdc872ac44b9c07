"""A reply that is plain text of an agent does not clear anything, a reply as a dict does."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(reply: object) -> Outcome:
        ann, bob = api.agent("ann", default_auto_reply="I am ann."), api.agent("bob", default_auto_reply=reply)
        manager = api.group([ann, bob], max_round=4, enable_clear_history=True)
        ann.initiate_chat(manager, message="hello")
        return {"group": api.said(manager), "ann": api.texts(ann.chat_messages[manager])}

    return {"text": chat("clear history now"), "dict": chat({"content": "clear history now"})}
