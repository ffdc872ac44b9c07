"""A context is kept in the history and not sent to the model."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(default_auto_reply="more"), api.assistant("assistant", ["one", "two"])
    message = {"content": "go", "context": {"a": 1}}
    api.drive("initiate_chat", user, assistant, message=message, max_turns=2)
    return {"histories": api.histories(user, assistant), "sent": api.sent_to_model(assistant)}
