"""An async tool in a sync chat is run to its end."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def slow(text: str) -> str:
        return f"slow {text}"

    user = api.user(function_map={"slow": slow})
    call = {"id": "c1", "type": "function", "function": {"name": "slow", "arguments": '{"text": "x"}'}}
    old_call = {"name": "slow", "arguments": '{"text": "y"}'}
    assistant = api.assistant("assistant", [{"tool_calls": [call]}, {"function_call": old_call}, "done"])
    result = user.initiate_chat(assistant, message="go", max_turns=3)
    return api.result(result)
