"""The reply function itself, called from outside."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS")
    other = api.agent("other")
    prompts = api.inputs(["typed", "", "exit"])
    message = [{"role": "user", "content": "hi"}]
    replies = [api.drive("check_termination_and_human_reply", user, messages=message, sender=other) for _ in range(3)]
    return {"replies": replies, "prompts": prompts}
