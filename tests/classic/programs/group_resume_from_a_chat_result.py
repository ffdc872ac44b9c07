"""The history of a result, where messages of the manager have its name or none, and the admin's."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def resumed(*names: str) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=4)
        kept = [{"content": f"message {number}", "role": "user"} for number in range(len(names))]
        for message, name in zip(kept, names, strict=True):
            if name:
                message["name"] = name

        def call() -> Outcome:
            agent, message = api.drive("resume", manager, kept, None)
            return {
                "last": [agent, message],
                "heard": [api.texts(member.chat_messages[manager]) for member in members],
                "messages": manager.groupchat.messages,
            }

        return api.error(call)

    return {
        "of_the_manager": resumed("chat_manager", "ann", "bob"),
        "without_names": resumed("", "ann", ""),
        "of_the_admin": resumed("Admin", "ann"),
        "admin_last": resumed("ann", "Admin"),
        "manager_last": resumed("ann", "chat_manager"),
        "one": resumed("bob"),
    }
