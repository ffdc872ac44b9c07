"""How often the human is asked when the number of turns is limited."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", default_auto_reply="auto")
    other = api.agent("other", default_auto_reply="ok")
    prompts = api.inputs(["", "typed", "", ""])
    result = api.drive("initiate_chat", user, other, message="go", max_turns=3)
    return {"prompts": prompts, "result": api.result(result)}
