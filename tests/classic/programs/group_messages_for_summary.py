"""The conversation to sum up is the group's, whoever asks."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
    manager = api.group(members, max_round=3)
    api.drive("initiate_chat", members[0], manager, message="hello")
    messages = manager.chat_messages_for_summary(members[0])
    other = manager.chat_messages_for_summary(api.agent("stranger"))
    return {"messages": messages, "same": messages == other, "groups": messages == manager.groupchat.messages}
