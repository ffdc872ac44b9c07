"""Each request carries the tools registered."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def add(a: int, b: int) -> int:
        return a + b

    user = api.user()
    assistant = api.autogen.AssistantAgent("assistant", llm_config=api.llm_config)
    api.autogen.register_function(add, caller=assistant, executor=user, description="Add.")
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}
    api.script(assistant, [{"tool_calls": [call]}, "3 TERMINATE"])
    api.drive("initiate_chat", user, assistant, message="1 + 2?", max_turns=2)
    return {"tools": [request.get("tools") for request in api.requests(assistant)]}
