"""A member is found by its name, also in teams of teams; what two of one name mean."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid, dan = (api.agent(name) for name in ("ann", "bob", "cid", "dan"))
    inner = api.group([cid, dan], {"name": "inner"})
    outer = api.group([ann, bob, inner], {"name": "outer"}).groupchat
    twins = api.group([ann, api.agent("ann"), bob], {"name": "twins"})
    nested_twins = api.group([ann, twins], {"name": "all"}).groupchat
    return {
        "found": [outer.agent_by_name(name) for name in ("ann", "inner", "cid", "nobody", "ANN")],
        "recursive": [outer.agent_by_name(name, recursive=True) for name in ("ann", "inner", "cid", "nobody")],
        "first": twins.groupchat.agent_by_name("ann") is ann,
        "conflict": api.error(lambda: twins.groupchat.agent_by_name("ann", raise_on_name_conflict=True)),
        "no_conflict": api.error(lambda: twins.groupchat.agent_by_name("bob", raise_on_name_conflict=True)),
        "nested_conflict": api.error(
            lambda: nested_twins.agent_by_name("ann", recursive=True, raise_on_name_conflict=True)
        ),
        "names": [outer.agent_names, twins.groupchat.agent_names],
    }
