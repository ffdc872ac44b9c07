"""A group of thirty, each heard by all."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(f"member_{number}", default_auto_reply=f"I am {number}.") for number in range(30)]
    manager = api.group(members, max_round=61)
    api.drive("initiate_chat", members[0], manager, message="hello")
    counts = {len(member.chat_messages[manager]) for member in members}
    return {"counts": sorted(counts), "last": api.said(manager)[-3:]}
