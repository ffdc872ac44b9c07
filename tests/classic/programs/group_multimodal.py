"""A message of parts in a group."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "http://x/y.png"}}]
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
    manager = api.group(members, max_round=2)
    result = api.drive("initiate_chat", members[0], manager, message={"content": parts})
    return {
        "group": [message["content"] for message in manager.groupchat.messages],
        "starter": members[0].chat_messages[manager][0]["content"],
        "member": members[1].chat_messages[manager][0]["content"],
        "summary": result.summary,
        "given": parts,
    }
