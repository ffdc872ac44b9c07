"""With no message the human of the sender is asked for one."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user("user", human_input_mode="ALWAYS"), api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["typed", "exit"])
    result = api.drive("initiate_chat", user, other)
    return {"prompts": prompts, "result": api.result(result)}
