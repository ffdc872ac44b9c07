"""Messages given to the group: kept until a chat with a clear history starts."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(clear: bool) -> Outcome:
        given = [{"content": "earlier", "role": "user", "name": "ann"}]
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=2, messages=given)
        api.drive("initiate_chat", members[0], manager, message="hello", clear_history=clear)
        return api.group_outcome(manager) | {"given": given, "same_list": given is manager.groupchat.messages}

    return {"clear": chat(True), "keep": chat(False)}
