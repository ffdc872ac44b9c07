"""The manager starts the chat itself: with itself, or with a member."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(partner: str) -> Outcome:
        members = [
            api.agent(name, default_auto_reply=f"I am {name}.", max_consecutive_auto_reply=2) for name in ("ann", "bob")
        ]
        manager = api.group(members, max_round=4)
        recipient = manager if partner == "itself" else members[0]

        def call() -> Outcome:
            options = {} if partner == "itself" else {"max_turns": 2}
            return api.result(api.drive("initiate_chat", manager, recipient, message="hello", **options))

        return {
            "result": api.error(call),
            "said": api.said(manager),
            "heard": [api.texts(member.chat_messages[manager]) for member in members],
        }

    return {"itself": chat("itself"), "a_member": chat("member")}
