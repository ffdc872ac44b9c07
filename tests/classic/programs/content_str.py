"""The text of a message's content."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    text = api.autogen.code_utils.content_str
    parts = [
        {"type": "text", "text": "look "},
        {"type": "image_url", "image_url": {"url": "u"}},
        {"type": "text", "text": "there"},
    ]
    return {
        "text": text("plain"),
        "none": text(None),
        "parts": text(parts),
        "empty": text([]),
        "unknown_type": api.error(lambda: text([{"type": "sound"}])),
        "no_dict": api.error(lambda: text(["x"])),
        "wrong": api.error(lambda: text(3)),
    }
