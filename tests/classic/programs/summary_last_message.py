"""The summary is the last message's text, whoever said it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=1, default_auto_reply="the end. TERMINATE")
    other = api.agent("other", default_auto_reply="ok", is_termination_msg=lambda m: "TERMINATE" in m["content"])
    result = api.drive("initiate_chat", user, other, message="go", summary_method="last_msg")
    return api.result(result)
