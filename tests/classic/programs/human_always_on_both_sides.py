"""Two agents under ALWAYS ask by the name of the other."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    one = api.agent("one", human_input_mode="ALWAYS", default_auto_reply="auto one")
    two = api.agent("two", human_input_mode="ALWAYS", default_auto_reply="auto two")
    prompts = api.inputs(["typed for two", "", "exit"])
    result = api.drive("initiate_chat", one, two, message="go")
    return {"prompts": prompts, "result": api.result(result)}
