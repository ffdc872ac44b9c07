"""TERMINATE asks at a termination message only; Enter ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="TERMINATE", default_auto_reply="auto")
    assistant = api.assistant("assistant", ["working", "TERMINATE"])
    prompts = api.inputs([""])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {"prompts": prompts, "result": api.result(result), "calls": api.model_calls(assistant)}
