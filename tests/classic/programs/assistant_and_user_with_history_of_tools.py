"""A tool chat continued with clear_history=False sends every message again."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"now": lambda: "noon"})
    call = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    assistant = api.assistant("assistant", [{"tool_calls": [call]}, "It is noon.", "Still noon."])
    api.drive("initiate_chat", user, assistant, message="time?", max_turns=2)
    api.drive("initiate_chat", user, assistant, message="and now?", max_turns=1, clear_history=False)
    return {"sent": api.sent_to_model(assistant)[-1]}
