"""autogen-agentchat, the first of the successors."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import ModelClientStreamingChunkEvent, TextMessage, ToolCallExecutionEvent
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core import FunctionCall
from autogen_core.model_context import UnboundedChatCompletionContext
from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    CreateResult,
    ModelFamily,
    ModelInfo,
    RequestUsage,
    UserMessage,
)
from autogen_ext.models.openai import OpenAIChatCompletionClient
from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_INFO = ModelInfo(
    vision=False, function_calling=True, json_output=True, family=ModelFamily.UNKNOWN, structured_output=False
)
_NOTHING = RequestUsage(prompt_tokens=0, completion_tokens=0)


class _StubModel(ChatCompletionClient):
    component_type = "model"
    model_info = _INFO
    capabilities = _INFO

    async def create(self, messages: Any, **_: Any) -> CreateResult:
        assert messages
        return CreateResult(finish_reason="stop", content=REPLY, usage=_NOTHING, cached=False)

    def create_stream(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    async def close(self) -> None:
        pass

    def actual_usage(self) -> RequestUsage:
        return _NOTHING

    total_usage = actual_usage

    def count_tokens(self, *_: Any, **__: Any) -> int:
        return 0

    remaining_tokens = count_tokens


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Make a round robin of two; the task is the opening."""
    first, second = (_assistant(name, history, index) for index, name in enumerate(("first", "second")))
    team = RoundRobinGroupChat([first, second], termination_condition=MaxMessageTermination(turns))

    async def chat() -> int:
        result = await team.run(task=OPENING)
        return len(result.messages)

    return chat


class _AskingModel(_StubModel):
    def __init__(self, rounds: int, at_once: int) -> None:
        self.asked, self._rounds = 0, rounds
        self._wanted = [FunctionCall(id=f"c{n}", name="add", arguments=ARGUMENTS) for n in range(at_once)]

    async def create(self, messages: Any, **_: Any) -> CreateResult:
        assert messages
        self.asked += 1
        if self.asked > self._rounds:
            return CreateResult(finish_reason="stop", content=REPLY, usage=_NOTHING, cached=False)
        return CreateResult(finish_reason="function_calls", content=self._wanted, usage=_NOTHING, cached=False)


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """One agent that may go on with its tools for so many rounds."""

    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    model = _AskingModel(rounds, at_once)
    agent = AssistantAgent("agent", model, tools=[add], system_message=SYSTEM, max_tool_iterations=rounds + 1)

    async def work() -> int:
        model.asked = 0
        result = await agent.run(task=OPENING)
        return sum(len(m.content) for m in result.messages if isinstance(m, ToolCallExecutionEvent))

    return work


def _assistant(name: str, history: int, index: int) -> AssistantAgent:
    said: list[Any] = [
        UserMessage(content=REPLY, source="other")
        if (number + index) % 2
        else AssistantMessage(content=REPLY, source=name)
        for number in range(history)
    ]
    return AssistantAgent(
        name, _StubModel(), system_message=SYSTEM, model_context=UnboundedChatCompletionContext(initial_messages=said)
    )


def model_at(url: str) -> OpenAIChatCompletionClient:
    """Return the OpenAI client."""
    return OpenAIChatCompletionClient(model="stub", base_url=url, api_key="x", model_info=_INFO)


async def converse(model: OpenAIChatCompletionClient, turns: int) -> int:
    """Run an assistant once for each question; it keeps the conversation."""
    assistant = AssistantAgent("assistant", model, system_message=SYSTEM)
    answers = 0
    for _ in range(turns):
        result = await assistant.run(task=OPENING)
        last = result.messages[-1]
        answers += isinstance(last, TextMessage) and last.content == REPLY
    return answers


async def stream(model: OpenAIChatCompletionClient) -> int:
    """Iterate over the events of a run."""
    assistant = AssistantAgent("assistant", model, system_message=SYSTEM, model_client_stream=True)
    pieces = 0
    async for event in assistant.run_stream(task=OPENING):
        pieces += isinstance(event, ModelClientStreamingChunkEvent) and bool(event.content)
    return pieces
