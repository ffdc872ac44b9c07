"""The limit counts auto replies only; a typed answer starts the count anew."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", max_consecutive_auto_reply=1, default_auto_reply="auto")
    other = api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["", "typed", "", "", "exit"])
    result = api.drive("initiate_chat", user, other, message="go")
    return {"prompts": prompts, "result": api.result(result)}
