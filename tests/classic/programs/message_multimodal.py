"""Content parts travel as they are."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    parts = [{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": "http://x/y.png"}}]
    result = api.drive("initiate_chat", user, other, message={"content": parts}, max_turns=1)
    return {"result": api.result(result), "sent": api.histories(user)}
