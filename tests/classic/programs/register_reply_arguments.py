"""A reply function gets itself as recipient, the messages, the sender and its config."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def reply(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str | None]:
        seen.append({"recipient": recipient, "messages": list(messages), "sender": sender, "config": config})
        return True, "registered"

    user, other = api.user(), api.agent("other")
    other.register_reply(api.autogen.Agent, reply, config={"key": [1]})
    api.drive("initiate_chat", user, other, message="go", max_turns=2)
    return {"seen": seen}
