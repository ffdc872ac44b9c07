"""No framework: a loop over the same stub, each side with its own list of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stub import OPENING, REPLY, SYSTEM

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


def _said(count: int, first: int) -> list[dict[str, str]]:
    return [{"role": "user" if (number + first) % 2 else "assistant", "content": REPLY} for number in range(count)]
