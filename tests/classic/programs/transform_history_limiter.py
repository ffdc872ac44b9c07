"""Only the last messages are kept, perhaps with the first one; a tool's answer never without its call."""

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

    def kept(messages: list[dict[str, object]], *args: object, **options: object) -> Outcome:
        def call_it() -> Outcome:
            limiter = MessageHistoryLimiter(*args, **options)
            left = limiter.apply_transform(messages)
            return {"left": [message["content"] for message in left], "effect": limiter.get_logs(messages, left)[1]}

        return api.error(call_it)

    return {
        "plain": {str(count): kept(plain, max_messages=count) for count in (None, 1, 2, 5, 9, 0, -1)},
        "first": {
            str(count): kept(plain, max_messages=count, keep_first_message=True) for count in (None, 1, 2, 3, 5, 9)
        },
        "tools": {str(count): kept(tools, count) for count in (1, 2, 3, 4)},
        "tools_first": {str(count): kept(tools, count, keep_first_message=True) for count in (1, 2, 3, 4)},
        "empty": kept([], 3),
        "logs": MessageHistoryLimiter(2).get_logs(plain, plain[-2:]),
        "unchanged": len(plain),
    }
