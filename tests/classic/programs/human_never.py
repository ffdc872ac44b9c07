"""NEVER asks nobody, at the limit or at a termination message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="NEVER", max_consecutive_auto_reply=1, default_auto_reply="auto")
    assistant = api.assistant("assistant", ["one", "two", "three"])
    prompts = api.inputs([])
    result = api.drive("initiate_chat", user, assistant, message="go")
    again = api.drive("initiate_chat", user, api.assistant("other", ["TERMINATE"]), message="go")
    return {"prompts": prompts, "result": api.result(result), "again": api.result(again)}
