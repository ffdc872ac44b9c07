"""Resuming forgets what the group and its members had before, and turns introductions off."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
    manager = api.group(members, max_round=3, send_introductions=True)
    api.drive("initiate_chat", members[0], manager, message="old")
    kept = [
        {"content": "one", "role": "user", "name": "ann"},
        {"content": "two", "role": "user", "name": "bob"},
    ]
    last_agent, last_message = api.drive("resume", manager, kept, None)
    after = {member.name: api.texts(member.chat_messages[manager]) for member in members}
    kept_by_group = api.said(manager)
    api.drive("initiate_chat", last_agent, manager, message=last_message, clear_history=False)
    return {"after": after, "group": kept_by_group, "last": [last_agent, last_message], "said": api.said(manager)}
