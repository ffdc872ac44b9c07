"""Histories given to the members at construction, and a chat that goes on with them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = api.agent("ann", default_auto_reply="I am ann."), api.agent("bob", default_auto_reply="I am bob.")
    manager = api.group([ann, bob], max_round=2)
    earlier = [{"content": "earlier", "role": "user", "name": "bob"}]
    cid = api.assistant("cid", ["I am cid."], chat_messages={manager: earlier})
    manager.groupchat.agents.append(cid)
    manager.groupchat.allowed_speaker_transitions_dict[ann].append(cid)
    api.drive("initiate_chat", bob, manager, message="hello", clear_history=False)
    return {"said": api.said(manager), "cid": api.texts(cid.chat_messages[manager])}
