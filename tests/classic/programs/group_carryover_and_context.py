"""The opening of a chat with a group: a context with a carry-over, a callable, a dict with keys of its own."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(**options: object) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=2)
        api.drive("initiate_chat", api.user(), manager, **options)
        return {"group": manager.groupchat.messages[0], "member": members[0].chat_messages[manager][0]}

    return {
        "carryover": chat(message="go", carryover=["one", "two"]),
        "callable": chat(message=lambda sender, recipient, context: f"{recipient.name} {context['x']}", x=3),
        "dict": chat(message={"content": "go", "extra": 1, "context": {"y": 2}}),
    }
