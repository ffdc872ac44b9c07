"""What a reset of the manager, and one of the group, empties."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def after(what: str) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=3)
        messages = manager.groupchat.messages
        api.drive("initiate_chat", members[0], manager, message="hello")
        (manager if what == "manager" else manager.groupchat).reset()
        return api.group_outcome(manager) | {"same_list": messages is manager.groupchat.messages}

    return {"manager": after("manager"), "group": after("group")}
