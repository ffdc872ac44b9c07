"""The next in the list, of all or some members."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid, stranger = (api.agent(name) for name in ("ann", "bob", "cid", "stranger"))
    group = api.group([ann, bob, cid]).groupchat

    def following(agent: object, *some: object) -> Outcome:
        return api.error(lambda: group.next_agent(agent, *some))

    return {
        "all": [following(agent) for agent in (ann, bob, cid, stranger)],
        "some": [following(agent, [ann, cid]) for agent in (ann, bob, cid, stranger)],
        "one": [following(agent, [bob]) for agent in (ann, bob, stranger)],
        "foreign": following(ann, [stranger]),
        "partly_foreign": following(ann, [bob, stranger]),
        "none": following(ann, []),
        "other_order": following(ann, [cid, bob]),
        "same_name": following(api.agent("bob")),
    }
