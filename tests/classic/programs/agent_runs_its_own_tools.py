"""An agent registered for both runs the calls it receives, not those it sends."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def add(a: int, b: int) -> int:
        return a + b

    solo = api.autogen.AssistantAgent("solo", llm_config=api.llm_config, max_consecutive_auto_reply=3)
    api.autogen.register_function(add, caller=solo, executor=solo, description="Add.")
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}
    api.script(solo, [{"tool_calls": [call]}, "3 TERMINATE"])
    user = api.user(default_auto_reply="go on")
    result = api.drive("initiate_chat", user, solo, message="1 + 2?", max_turns=2)
    return api.result(result)
