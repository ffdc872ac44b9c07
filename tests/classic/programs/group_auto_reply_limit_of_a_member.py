"""A member that has used up its automatic replies says nothing, and that ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    limits = {"ann": 3, "bob": 2, "cid": 100}
    members = [
        api.agent(name, default_auto_reply=f"I am {name}.", max_consecutive_auto_reply=limit)
        for name, limit in limits.items()
    ]
    manager = api.group(members, max_round=30)
    api.drive("initiate_chat", members[0], manager, message="hello")
    silent = api.group([api.agent("a", max_consecutive_auto_reply=0), api.agent("b", max_consecutive_auto_reply=0)])
    api.drive("initiate_chat", silent.groupchat.agents[0], silent, message="hello")
    return {"said": api.said(manager), "silent": api.said(silent)}
