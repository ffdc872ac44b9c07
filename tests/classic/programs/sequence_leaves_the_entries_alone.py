"""The same queue may be run twice."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(max_consecutive_auto_reply=0), api.agent("other", default_auto_reply="ok")
    queue = [
        {"recipient": other, "message": "one"},
        {"recipient": other, "message": "two", "carryover": "mine"},
    ]
    first = [result.chat_history[0]["content"] for result in user.initiate_chats(queue)]
    second = [result.chat_history[0]["content"] for result in user.initiate_chats(queue)]
    return {"first": first[-1], "second": second[-1], "keys": [sorted(entry) for entry in queue]}
