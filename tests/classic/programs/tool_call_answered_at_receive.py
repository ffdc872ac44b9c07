"""A received tool call gets one reply with every answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"add": lambda a, b: a + b})
    other = api.agent("other")
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "add", "arguments": f'{{"a": {n}, "b": 1}}'}}
        for n in (1, 2)
    ]
    api.drive("receive", user, {"content": None, "tool_calls": calls}, other, request_reply=True)
    return {"histories": api.histories(user, other)}
