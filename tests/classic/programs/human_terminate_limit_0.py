"""With limit 0 and TERMINATE the human is asked at every message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="TERMINATE", max_consecutive_auto_reply=0)
    other = api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["one", "two", "", "exit"])
    result = api.drive("initiate_chat", user, other, message="go")
    return {"prompts": prompts, "result": api.result(result)}
