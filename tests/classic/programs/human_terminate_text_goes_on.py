"""A text typed at the termination message keeps the chat going."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="TERMINATE", default_auto_reply="auto")
    assistant = api.assistant("assistant", ["TERMINATE", "working", "TERMINATE"])
    prompts = api.inputs(["not yet", "exit"])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {"prompts": prompts, "result": api.result(result)}
