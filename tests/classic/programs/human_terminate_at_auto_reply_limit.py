"""TERMINATE asks when the limit is reached; a text resets the counter."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="TERMINATE", max_consecutive_auto_reply=1, default_auto_reply="auto")
    other = api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["typed", "exit"])
    result = api.drive("initiate_chat", user, other, message="go")
    return {"prompts": prompts, "result": api.result(result)}
