"""What the human types under ALWAYS is sent as the agent's message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS")
    assistant = api.assistant("assistant", ["first", "second", "third"])
    prompts = api.inputs(["be brief", "thanks", "exit"])
    result = api.drive("initiate_chat", user, assistant, message="go")
    return {
        "prompts": prompts,
        "result": api.result(result),
        "histories": api.histories(user, assistant),
        "last_request": api.sent_to_model(assistant)[-1],
    }
