"""A member of one team starts a chat with another team's manager."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def team(name: str, *names: str) -> object:
        members = [api.agent(each, default_auto_reply=f"I am {each}.") for each in names]
        return api.group(members, {"name": name}, max_round=3)

    first, second = team("first", "ann", "bob"), team("second", "cid", "dan")
    ann = first.groupchat.agents[0]
    api.drive("initiate_chat", ann, first, message="hello mine")
    api.drive("initiate_chat", ann, second, message="hello others")
    return {"first": api.said(first), "second": api.said(second), "histories": api.histories(ann)}
