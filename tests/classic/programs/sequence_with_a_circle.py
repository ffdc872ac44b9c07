"""Prerequisites that wait for one another."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(max_consecutive_auto_reply=0), api.agent("other", default_auto_reply="ok")
    queue = [
        {"chat_id": 1, "prerequisites": [2], "recipient": other, "message": "one"},
        {"chat_id": 2, "prerequisites": [1], "recipient": other, "message": "two"},
    ]
    return {"outcome": api.error(lambda: api.wait(user.a_initiate_chats(queue)))}
