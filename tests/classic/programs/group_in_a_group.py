"""A manager as a member: its team talks among itself, and its own messages reach the outer group."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    cid, dan = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("cid", "dan"))
    inner = api.group([cid, dan], {"name": "inner"}, max_round=3)
    ann, bob = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob"))
    outer = api.group([ann, inner, bob], {"name": "outer"}, max_round=4)
    outcome = api.error(lambda: api.drive("initiate_chat", ann, outer, message="hello").summary)
    return {
        "outcome": outcome,
        "outer": api.said(outer),
        "inner": api.said(inner),
        "heard": {member.name: api.texts(member.chat_messages[outer]) for member in (ann, inner, bob)},
        "heard_inside": api.texts(cid.chat_messages[inner]),
    }
