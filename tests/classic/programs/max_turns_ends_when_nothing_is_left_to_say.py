"""A chat with max_turns ends early at a termination message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(is_termination_msg=lambda message: "bye" in message["content"])
    assistant = api.assistant("assistant", ["one", "bye", "three"])
    result = api.drive("initiate_chat", user, assistant, message="go", max_turns=5)
    return {"result": api.result(result), "calls": api.model_calls(assistant)}
