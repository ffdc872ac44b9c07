"""ALWAYS asks at each message; Enter lets the agent answer, exit ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", default_auto_reply="auto")
    other = api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["", "exit"])
    result = api.drive("initiate_chat", user, other, message="go")
    return {"prompts": prompts, "result": api.result(result), "histories": api.histories(user, other)}
