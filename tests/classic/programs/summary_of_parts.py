"""The summary of a last message made of parts has their texts."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    parts = [
        {"type": "text", "text": "look TERMINATE"},
        {"type": "image_url", "image_url": {"url": "http://x/y.png"}},
        {"type": "text", "text": "and here"},
    ]
    user, other = api.user(), api.agent("other", default_auto_reply={"content": parts})
    return {"outcome": api.error(lambda: api.drive("initiate_chat", user, other, message="go", max_turns=1).summary)}
