"""openai-agents, tracing off."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from agents import (
    Agent,
    Model,
    ModelResponse,
    OpenAIChatCompletionsModel,
    Runner,
    Usage,
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

set_tracing_disabled(disabled=True)


class _StubModel(Model):
    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> ModelResponse:  # noqa: A002, ARG002 - their names
        assert input
        text = ResponseOutputText(text=REPLY, type="output_text", annotations=[])
        message = ResponseOutputMessage(id="stub", content=[text], role="assistant", status="completed", type="message")
        return ModelResponse(output=[message], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Two agents; each is run on its own list of inputs."""
    agents = [Agent(name=name, instructions=SYSTEM, model=_StubModel()) for name in ("first", "second")]
    heard: list[list[Any]] = [
        [{"role": "user" if (number + index) % 2 else "assistant", "content": REPLY} for number in range(history)]
        for index in range(2)
    ]

    async def chat() -> int:
        text, said = OPENING, 1
        for turn in range(1, turns):
            side = turn % 2
            heard[side].append({"role": "user", "content": text})
            result = await Runner.run(agents[side], heard[side])
            heard[side], text = result.to_input_list(), result.final_output
            said += text == REPLY
        return said

    return chat


class _AskingModel(_StubModel):
    def __init__(self, rounds: int, at_once: int) -> None:
        self.asked, self._rounds, self._at_once = 0, rounds, at_once

    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> ModelResponse:  # noqa: A002 - their names
        self.asked += 1
        if self.asked > self._rounds:
            return await super().get_response(system_instructions, input)
        output: list[Any] = [
            ResponseFunctionToolCall(
                arguments=ARGUMENTS, call_id=f"c{self.asked}_{n}", name="add", type="function_call"
            )
            for n in range(self._at_once)
        ]
        return ModelResponse(output=output, usage=Usage(), response_id=None)


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """One agent with a function tool."""

    @function_tool
    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    model = _AskingModel(rounds, at_once)
    agent = Agent(name="agent", instructions=SYSTEM, model=model, tools=[add])

    async def work() -> int:
        model.asked = 0
        result = await Runner.run(agent, OPENING, max_turns=rounds + 2)
        return sum(item.type == "tool_call_output_item" for item in result.new_items)

    return work


def model_at(url: str) -> OpenAIChatCompletionsModel:
    """Return the chat completions model."""
    return OpenAIChatCompletionsModel("stub", AsyncOpenAI(base_url=url, api_key="x"))


async def converse(model: OpenAIChatCompletionsModel, turns: int) -> int:
    """One agent, run once for each question on the list so far."""
    agent = Agent(name="assistant", instructions=SYSTEM, model=model)
    inputs: list[Any] = []
    answers = 0
    for _ in range(turns):
        result = await Runner.run(agent, [*inputs, {"role": "user", "content": OPENING}])
        inputs = result.to_input_list()
        answers += result.final_output == REPLY
    return answers


async def stream(model: OpenAIChatCompletionsModel) -> int:
    """Iterate over the raw events of a run."""
    result = Runner.run_streamed(Agent(name="assistant", instructions=SYSTEM, model=model), OPENING)
    pieces = 0
    async for event in result.stream_events():
        pieces += (
            event.type == "raw_response_event"
            and event.data.type == "response.output_text.delta"
            and bool(event.data.delta)
        )
    return pieces
