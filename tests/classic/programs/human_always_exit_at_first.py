"""Exit at the first question leaves two messages."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(human_input_mode="ALWAYS"), api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["exit"])
    result = api.drive("initiate_chat", user, other, message="go")
    return {"prompts": prompts, "result": api.result(result)}
