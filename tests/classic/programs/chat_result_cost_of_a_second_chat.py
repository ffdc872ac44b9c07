"""What the second of two chats of the same agents is said to cost."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.autogen.AssistantAgent("assistant", llm_config=api.llm_config)
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "cost": 0.25}
    api.script(assistant, ["one", "two"], usage)
    first = api.drive("initiate_chat", user, assistant, message="go", max_turns=1)
    second = api.drive("initiate_chat", user, assistant, message="go", max_turns=1)
    return {"first": first.cost, "second": second.cost}
