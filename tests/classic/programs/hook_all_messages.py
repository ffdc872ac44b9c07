"""The hook gets the whole list and drives this one reply."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def last_only(messages: list[dict[str, object]]) -> list[dict[str, object]]:
        seen.append([message["content"] for message in messages])
        return [dict(messages[-1], content=f"only: {messages[-1]['content']}")]

    user, assistant = api.user(default_auto_reply="more"), api.assistant("assistant", ["one", "two"])
    assistant.register_hook("process_all_messages_before_reply", last_only)
    api.drive("initiate_chat", user, assistant, message="go", max_turns=2)
    return {"seen": seen, "sent_to_model": api.sent_to_model(assistant), "histories": api.histories(user, assistant)}
