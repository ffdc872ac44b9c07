"""An async tool registered by decorators runs in an async chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    assistant = api.autogen.AssistantAgent("assistant", llm_config=api.llm_config, system_message="Help.")

    @user.register_for_execution()
    @assistant.register_for_llm(description="Wait.")
    async def wait(seconds: int) -> dict[str, int]:
        return {"waited": seconds}

    call = {"id": "c1", "type": "function", "function": {"name": "wait", "arguments": '{"seconds": 2}'}}
    api.script(assistant, [{"tool_calls": [call]}, "TERMINATE"])
    return api.result(api.wait(user.a_initiate_chat(assistant, message="go", max_turns=2)))
