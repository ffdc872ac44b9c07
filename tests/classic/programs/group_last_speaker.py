"""The manager tells who spoke last, to whoever gets a message from it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[list[object]] = []

    def look(recipient: object, messages: list[dict[str, object]], sender: object, config: object) -> tuple[bool, None]:
        seen.append([recipient.name, sender.name, sender.last_speaker.name, messages[-1]["content"]])
        return False, None

    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    for member in members:
        member.register_reply([api.autogen.ConversableAgent, None], look)
    manager = api.group(members, max_round=5)
    before = manager.last_speaker
    members[0].initiate_chat(manager, message="hello")
    return {"before": before, "seen": seen, "after": manager.last_speaker}
