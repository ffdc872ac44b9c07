"""No framework: a loop over the same stub, each side with its own list of messages."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class _StubModel:
    async def create(self, messages: list[dict[str, str]]) -> dict[str, str]:
        assert messages
        return {"role": "assistant", "content": REPLY}


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Two lists of messages and a stub."""
    model = _StubModel()
    sides = tuple([{"role": "system", "content": SYSTEM}, *_said(history, first=index)] for index in range(2))

    async def chat() -> int:
        speaker, text = 0, OPENING
        for turn in range(turns):
            if turn:
                reply = await model.create(sides[speaker])
                text = reply["content"]
            sides[speaker].append({"role": "assistant", "content": text})
            sides[1 - speaker].append({"role": "user", "content": text})
            speaker = 1 - speaker
        return (len(sides[0]) - 1 - history) if sides[0] else 0

    return chat


async def team_chat(members: int, turns: int) -> Callable[[], Awaitable[int]]:
    """One list of messages, and each member in turn."""
    model = _StubModel()

    async def chat() -> int:
        said: list[dict[str, str]] = [{"role": "user", "name": "m0", "content": OPENING}]
        for turn in range(1, turns):
            reply = await model.create(said)
            said.append({"role": "user", "name": f"m{turn % members}", "content": reply["content"]})
        return len(said)

    return chat


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """Call by name with JSON arguments, gathered; and keep a list of messages."""

    async def add(a: int, b: int) -> int:
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    tools = {"add": add}

    async def ask(messages: list[dict[str, Any]]) -> dict[str, Any]:
        assert messages
        wanted = {"name": "add", "arguments": ARGUMENTS}
        return {"role": "assistant", "tool_calls": [{"id": f"c{n}", "function": wanted} for n in range(at_once)]}

    async def run(call: dict[str, Any]) -> dict[str, Any]:
        function = call["function"]
        value = await tools[function["name"]](**json.loads(function["arguments"]))
        return {"role": "tool", "tool_call_id": call["id"], "content": str(value)}

    async def work() -> int:
        messages: list[dict[str, Any]] = [{"role": "user", "content": OPENING}]
        answered = 0
        for _ in range(rounds):
            reply = await ask(messages)
            answers = await asyncio.gather(*map(run, reply["tool_calls"]))
            messages += [reply, *answers]
            answered += len(answers)
        return answered

    return work


def _said(count: int, first: int) -> list[dict[str, str]]:
    return [{"role": "user" if (number + first) % 2 else "assistant", "content": REPLY} for number in range(count)]
