"""Only the last messages are kept, in their order."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities.transforms import MessageHistoryLimiter
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    plain = [{"role": "user", "content": str(number)} for number in range(5)]
    tools = [
        {"role": "user", "content": "0"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "1", "tool_call_id": "call_1"},
        {"role": "user", "content": "2"},
    ]

    def kept(messages: list[dict[str, object]], count: int, first: bool) -> list[object]:
        return api.texts(MessageHistoryLimiter(count, keep_first_message=first).apply_transform(messages))

    return {
        f"{name}_{first}": [kept(messages, count, first) for count in range(1, 6)]
        for name, messages in (("plain", plain), ("tools", tools))
        for first in (False, True)
    }
