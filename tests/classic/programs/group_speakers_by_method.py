"""A bound method and an object that can be called pick the speaker as well."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]

    class Chair:
        def __init__(self) -> None:
            self.asked = 0

        def choose(self, last_speaker: object, groupchat: object) -> object:
            self.asked += 1
            return groupchat.agents[-1]

        __call__ = choose

    chair, caller = Chair(), Chair()
    first = api.group(members, max_round=3, speaker_selection_method=chair.choose)
    api.drive("initiate_chat", members[0], first, message="hello")
    second = api.group(members, max_round=3, speaker_selection_method=caller)
    api.drive("initiate_chat", members[0], second, message="hello")
    return {"method": api.said(first), "object": api.said(second), "asked": [chair.asked, caller.asked]}
