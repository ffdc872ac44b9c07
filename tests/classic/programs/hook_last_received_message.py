"""The hook gets the content of the last message, and the model sees what it returns."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def shout(content: str) -> str:
        seen.append(content)
        return content.upper()

    user, assistant = api.user(default_auto_reply="more"), api.assistant("assistant", ["one", "two"])
    assistant.register_hook("process_last_received_message", shout)
    api.drive("initiate_chat", user, assistant, message="go", max_turns=2)
    return {"seen": seen, "sent_to_model": api.sent_to_model(assistant), "histories": api.histories(user, assistant)}
