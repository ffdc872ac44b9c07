"""When the model answers None or an empty text, the default auto reply is sent."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for said in (None, "", " "):
        user = api.user(max_consecutive_auto_reply=0)
        assistant = api.assistant("assistant", [said] * 3, default_auto_reply="nothing to add")
        result = api.drive("initiate_chat", user, assistant, message="go")
        outcome[repr(said)] = {"result": api.result(result), "calls": api.model_calls(assistant)}
    return outcome
