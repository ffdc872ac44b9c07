"""The manager's predicate ends the chat at the message, which everybody still hears."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]

    def chat(message: object, **options: object) -> Outcome:
        manager = api.group(members, options)
        result = api.drive("initiate_chat", members[0], manager, message=message)
        return {
            "said": api.said(manager),
            "heard": [api.texts(member.chat_messages[manager]) for member in members],
            "summary": result.summary,
        }

    return {
        "predicate": chat("hello", is_termination_msg=lambda message: "bob" in message["content"]),
        "at_once": chat("bob", is_termination_msg=lambda message: "bob" in message["content"]),
        "default": chat("TERMINATE"),
        "default_in_a_sentence": chat("All done. TERMINATE"),
        "at_once_by_key": chat(
            {"content": "x", "role": "user"}, is_termination_msg=lambda message: message.get("name") == "bob"
        ),
    }
