"""With no message the human is asked in every human input mode."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["typed"])
    result = api.drive("initiate_chat", user, other, max_turns=1)
    return {"prompts": prompts, "result": api.result(result)}
