"""Everybody in a group and in the groups inside it, managers too."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid, dan, eve = (api.agent(name) for name in ("ann", "bob", "cid", "dan", "eve"))
    deepest = api.group([eve, dan], {"name": "deepest"})
    inner = api.group([cid, dan], {"name": "inner"})
    two = api.group([ann, inner, bob], {"name": "two"}).groupchat
    three = api.group([ann, api.group([bob, deepest], {"name": "middle"})], {"name": "three"}).groupchat
    names = lambda group: [agent.name for agent in group.nested_agents()]
    return {
        "one": names(inner.groupchat),
        "two": names(two),
        "three": sorted(set(names(three))),
        "many": len(names(three)),
    }
