"""A member starts: everybody is told who is there, and hears the opening once."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    manager = api.group(members, max_round=4, send_introductions=True)

    def chat(text: str, clear: bool) -> Outcome:
        result = api.drive("initiate_chat", members[1], manager, message=text, clear_history=clear)
        told = api.group_outcome(manager) | {"result": api.result(result)}
        return api.labelled(told, {"introduction": manager.groupchat.introductions_msg()})

    return {"first": chat("hello", True), "second": chat("again", False)}
