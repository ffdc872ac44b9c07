"""Messages to JSON text and back."""

from __future__ import annotations

import json

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    manager = api.group([api.agent("ann"), api.agent("bob")])
    messages = [
        {"content": "hello ü", "role": "user", "name": "ann"},
        {"content": None, "role": "assistant", "tool_calls": []},
    ]
    text = manager.messages_to_string(messages)
    return {
        "parsed": json.loads(text),
        "back": manager.messages_from_string(text) == messages,
        "empty": manager.messages_from_string(manager.messages_to_string([])),
        "bad": "raised" in api.error(lambda: manager.messages_from_string("hello")),
    }
