"""At a termination message ALWAYS asks with other words; Enter ends."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", is_termination_msg=lambda m: "TERMINATE" in m["content"])
    assistant = api.assistant("assistant", ["done TERMINATE", "more TERMINATE"])
    prompts = api.inputs(["go on", ""])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {"prompts": prompts, "result": api.result(result)}
