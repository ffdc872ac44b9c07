"""The word that ended a chat can be taken out of the last message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def last(content: str, removed: object) -> object:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(
            members, {"is_termination_msg": lambda message: "TERMINATE" in message["content"]}, max_round=4
        )
        kept = [
            {"content": "hello TERMINATE", "role": "user", "name": "ann"},
            {"content": content, "role": "user", "name": "bob"},
        ]
        agent, message = api.drive("resume", manager, kept, removed)
        api.drive("initiate_chat", agent, manager, message=message, clear_history=False)
        return {"message": message, "said": api.said(manager), "given": kept[-1]["content"]}

    return {
        "none": last("done TERMINATE", None),
        "text": last("TERMINATE done TERMINATE", "TERMINATE"),
        "absent": last("done", "TERMINATE"),
        "callable": last("done TERMINATE", lambda content: content.lower()),
    }
