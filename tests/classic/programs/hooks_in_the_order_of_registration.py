"""Several hooks of one kind are applied one after the other."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", ["one"])
    assistant.register_hook("process_last_received_message", lambda content: f"{content}-a")
    assistant.register_hook("process_last_received_message", lambda content: f"{content}-b")
    api.drive("generate_reply", assistant, [{"role": "user", "content": "x"}])
    return {"sent_to_model": api.sent_to_model(assistant)}
