"""What is wrong with a queue."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(max_consecutive_auto_reply=0), api.agent("other", default_auto_reply="ok")
    return {
        "no_recipient": api.error(lambda: user.initiate_chats([{"message": "go"}])),
        "no_sender": api.error(lambda: api.autogen.initiate_chats([{"recipient": other, "message": "go"}])),
        "empty": api.error(lambda: user.initiate_chats([])),
        "results_before": api.error(lambda: api.user("new").get_chat_results()),
    }
