"""An error of the selecting function comes out; what was said is kept."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def choose(last_speaker: object, groupchat: object) -> object:
        if len(groupchat.messages) == 2:
            raise LookupError("no idea")
        return groupchat.next_agent(last_speaker)

    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
    manager = api.group(members, speaker_selection_method=choose)
    raised = api.error(lambda: api.drive("initiate_chat", members[0], manager, message="hello"), "no idea")
    return api.group_outcome(manager) | {"raised": raised}
