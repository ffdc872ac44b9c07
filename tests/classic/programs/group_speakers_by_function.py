"""A function of the last speaker and the group picks the next one, or a method, or ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    ann, cid = members[0], members[2]
    seen: list[object] = []
    same_group: set[bool] = set()

    def choose(last_speaker: object, groupchat: object) -> object:
        seen.append([last_speaker.name, len(groupchat.messages), groupchat.messages[-1]["content"]])
        same_group.add(groupchat is manager.groupchat)
        return {1: cid, 2: cid, 3: "round_robin", 4: groupchat.agent_by_name("bob"), 5: None}[len(groupchat.messages)]

    manager = api.group(members, max_round=20, speaker_selection_method=choose)
    outcome = api.error(lambda: api.result(api.drive("initiate_chat", ann, manager, message="hello")))
    return {"said": api.said(manager), "seen": seen, "outcome": outcome, "same_group": list(same_group)}
