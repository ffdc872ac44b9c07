"""ag2, the other successor."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ag2 import Agent, MemoryStream
from ag2.config import ModelProvider, OpenAIConfig
from ag2.events import (
    ModelMessage,
    ModelMessageChunk,
    ModelRequest,
    ModelResponse,
    TextInput,
    ToolCallEvent,
    ToolCallsEvent,
    ToolResultEvent,
)
from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class _StubModel:
    provider = ModelProvider.OPENAI
    model = "stub"

    def copy(self) -> _StubModel:
        return self

    def create(self) -> _StubModel:
        return self

    async def __call__(self, messages: Any, context: Any, **_: Any) -> ModelResponse:
        assert messages
        message = ModelMessage(REPLY)
        await context.send(message)
        return ModelResponse(message)


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Two agents; each is asked in its own stream."""
    agents = [Agent(name, SYSTEM, config=_StubModel()) for name in ("first", "second")]
    streams = [MemoryStream(), MemoryStream()]

    for index, stream in enumerate(streams):
        await stream.history.replace(_said(history, index))

    async def chat() -> int:
        text, said = OPENING, 1
        for turn in range(1, turns):
            side = turn % 2
            reply = await agents[side].ask(text, stream=streams[side])
            text = reply.body or ""
            said += text == REPLY
        return said

    return chat


def _said(history: int, index: int) -> list[Any]:
    return [
        ModelRequest([TextInput(REPLY)]) if (number + index) % 2 else ModelResponse(ModelMessage(REPLY))
        for number in range(history)
    ]


class _AskingModel(_StubModel):
    def __init__(self, rounds: int, at_once: int) -> None:
        self.asked, self._rounds, self._at_once = 0, rounds, at_once

    async def __call__(self, messages: Any, context: Any, **_: Any) -> ModelResponse:
        assert messages
        self.asked += 1
        if self.asked > self._rounds:
            return await super().__call__(messages, context)
        calls = [ToolCallEvent("add", id=f"c{self.asked}_{n}", arguments=ARGUMENTS) for n in range(self._at_once)]
        return ModelResponse(tool_calls=ToolCallsEvent(calls))


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """One agent with a function as a tool."""

    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    model = _AskingModel(rounds, at_once)
    agent = Agent("agent", SYSTEM, config=model, tools=[add])

    async def work() -> int:
        model.asked = answered = 0
        stream = MemoryStream()

        async def count(_: ToolResultEvent) -> None:
            nonlocal answered
            answered += 1

        stream.where(ToolResultEvent).subscribe(count)
        await agent.ask(OPENING, stream=stream)
        return answered

    return work


def model_at(url: str) -> OpenAIConfig:
    """Return the configuration for chat completions."""
    return OpenAIConfig(model="stub", base_url=url, api_key="x")


async def converse(model: OpenAIConfig, turns: int) -> int:
    """One agent, asked in one stream."""
    agent, stream = Agent("assistant", SYSTEM, config=model), MemoryStream()
    answers = 0
    for _ in range(turns):
        reply = await agent.ask(OPENING, stream=stream)
        answers += reply.body == REPLY
    return answers


async def stream(model: OpenAIConfig) -> int:
    """Subscribe to the chunks."""
    events = MemoryStream()
    pieces = 0

    async def count(event: ModelMessageChunk) -> None:
        nonlocal pieces
        pieces += bool(event.content)

    events.where(ModelMessageChunk).subscribe(count)
    await Agent(
        "assistant", SYSTEM, config=OpenAIConfig(model.model, model.api_key, model.base_url, streaming=True)
    ).ask(OPENING, stream=events)
    return pieces
