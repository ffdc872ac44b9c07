"""A group goes on from messages kept; every member remembers all of them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    kept = [
        {"content": "one", "role": "user", "name": "ann"},
        {"content": "two", "role": "user", "name": "bob"},
        {"content": "three", "role": "user", "name": "cid"},
    ]
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    manager = api.group(members, max_round=3)
    last_agent, last_message = api.drive("resume", manager, kept, None)
    before = api.group_outcome(manager)
    result = api.drive("initiate_chat", last_agent, manager, message=last_message, clear_history=False)
    return {"before": before, "after": api.group_outcome(manager), "result": api.result(result)}
