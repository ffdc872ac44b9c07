"""pydantic-ai."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic_ai import Agent
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.usage import UsageLimits
from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def _answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:  # noqa: ARG001 - the form of a function model
    assert messages
    return ModelResponse(parts=[TextPart(REPLY)])


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Two agents; each is run with its own message history."""
    agents = [Agent(FunctionModel(_answer), name=name, instructions=SYSTEM) for name in ("first", "second")]
    heard: list[list[ModelMessage]] = [
        [
            ModelRequest(parts=[UserPromptPart(REPLY)])
            if (number + index) % 2
            else ModelResponse(parts=[TextPart(REPLY)])
            for number in range(history)
        ]
        for index in range(2)
    ]

    async def chat() -> int:
        text, said = OPENING, 1
        for turn in range(1, turns):
            side = turn % 2
            result = await agents[side].run(text, message_history=heard[side])
            heard[side], text = result.all_messages(), result.output
            said += text == REPLY
        return said

    return chat


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """One agent with a plain tool."""
    asked = 0

    async def ask(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:  # noqa: ARG001 - the form of a function model
        nonlocal asked
        assert messages
        asked += 1
        if asked > rounds:
            return ModelResponse(parts=[TextPart(REPLY)])
        return ModelResponse(parts=[ToolCallPart("add", ARGUMENTS, f"c{asked}_{n}") for n in range(at_once)])

    agent = Agent(FunctionModel(ask), name="agent", instructions=SYSTEM)

    @agent.tool_plain
    async def add(a: int, b: int) -> int:  # pyright: ignore[reportUnusedFunction]
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    async def work() -> int:
        nonlocal asked
        asked = 0
        result = await agent.run(OPENING, usage_limits=UsageLimits(request_limit=None))
        return sum(isinstance(part, ToolReturnPart) for message in result.all_messages() for part in message.parts)

    return work


def model_at(url: str) -> OpenAIChatModel:
    """Return the chat completions model."""
    return OpenAIChatModel("stub", provider=OpenAIProvider(base_url=url, api_key="x"))


async def converse(model: OpenAIChatModel, turns: int) -> int:
    """One agent, run once for each question with the messages so far."""
    agent = Agent(model, name="assistant", instructions=SYSTEM)
    messages: Any = None
    answers = 0
    for _ in range(turns):
        result = await agent.run(OPENING, message_history=messages)
        messages = result.all_messages()
        answers += result.output == REPLY
    return answers


async def stream(model: OpenAIChatModel) -> int:
    """Iterate over the deltas, not grouped."""
    pieces = 0
    async with Agent(model, name="assistant", instructions=SYSTEM).run_stream(OPENING) as result:
        async for text in result.stream_text(delta=True, debounce_by=None):
            pieces += bool(text)
    return pieces
