"""Sync and async tools may be mixed in an async chat; the answers keep the order."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def slow(text: str) -> str:
        return f"slow {text}"

    user = api.user(function_map={"slow": slow, "quick": lambda text: f"quick {text}"})
    calls = [
        {"id": f"c{n}", "type": "function", "function": {"name": name, "arguments": f'{{"text": "{n}"}}'}}
        for n, name in enumerate(["slow", "quick", "slow"])
    ]
    other = api.agent("other")
    api.wait(user.a_receive({"content": None, "tool_calls": calls}, other, request_reply=True))
    old = api.agent("old")
    api.wait(
        user.a_receive(
            {"content": None, "function_call": {"name": "slow", "arguments": '{"text": "x"}'}}, old, request_reply=True
        )
    )
    return {"tools": user.chat_messages[other][-1], "function": user.chat_messages[old][-1]}
