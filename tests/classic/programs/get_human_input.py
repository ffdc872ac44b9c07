"""The human can be asked directly; every answer is kept for the result of the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["first answer", ""])
    answers = [api.drive("get_human_input", user, "First? "), api.drive("get_human_input", user, "Second? ")]
    result = api.drive("initiate_chat", user, other, message="go", max_turns=1)
    return {"answers": answers, "prompts": prompts, "human_input": result.human_input}
