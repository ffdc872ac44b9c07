"""agent-framework, Microsoft's successor of the successor."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from agent_framework import Agent, BaseChatClient, ChatResponse, Content, FunctionInvocationLayer, Message
from agent_framework.openai import OpenAIChatCompletionClient
from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class _StubModel(BaseChatClient[Any]):
    def _inner_get_response(self, *, messages: Any, stream: bool, options: Any, **_: Any) -> Any:  # noqa: ARG002 - their names
        assert messages
        assert not stream
        return _answer()


async def _answer() -> ChatResponse[Any]:
    return ChatResponse(messages=[Message(role="assistant", contents=[REPLY])], response_id="stub")


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Two agents; each is run in its own session."""
    agents = [Agent(_StubModel(), SYSTEM, name=name) for name in ("first", "second")]
    sessions = [agent.create_session() for agent in agents]

    async def chat() -> int:
        before: list[list[Message]] = [
            [
                Message(role="user" if (number + index) % 2 else "assistant", contents=[REPLY])
                for number in range(history)
            ]
            for index in range(2)
        ]
        text, said = OPENING, 1
        for turn in range(1, turns):
            side = turn % 2
            heard = [*before[side], Message(role="user", contents=[text])]
            before[side] = []  # kept by the session from now on
            reply = await agents[side].run(heard, session=sessions[side])
            text = reply.text
            said += text == REPLY
        return said

    return chat


class _AskingModel(FunctionInvocationLayer[Any], BaseChatClient[Any]):
    def __init__(self, rounds: int, at_once: int) -> None:
        super().__init__(function_invocation_configuration={"max_iterations": rounds + 1})
        self.asked, self._rounds, self._at_once = 0, rounds, at_once

    def _inner_get_response(self, *, messages: Any, stream: bool, options: Any, **_: Any) -> Any:  # noqa: ARG002 - their names
        assert messages
        self.asked += 1
        return _answer() if self.asked > self._rounds else self._ask(self.asked)

    async def _ask(self, round_: int) -> ChatResponse[Any]:
        calls = [Content.from_function_call(f"c{round_}_{n}", "add", arguments=ARGUMENTS) for n in range(self._at_once)]
        return ChatResponse(messages=[Message(role="assistant", contents=calls)], response_id="stub")


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """One agent with a function as a tool."""

    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    model = _AskingModel(rounds, at_once)
    agent = Agent(model, SYSTEM, name="agent", tools=[add])

    async def work() -> int:
        model.asked = 0
        reply = await agent.run(OPENING)
        return sum(content.type == "function_result" for message in reply.messages for content in message.contents)

    return work


def model_at(url: str) -> OpenAIChatCompletionClient:
    """Return the chat completions client."""
    return OpenAIChatCompletionClient("stub", base_url=url, api_key="x")


async def converse(model: OpenAIChatCompletionClient, turns: int) -> int:
    """One agent, run once for each question in one session."""
    agent = Agent(model, SYSTEM, name="assistant")
    session, answers = agent.create_session(), 0
    for _ in range(turns):
        reply = await agent.run(OPENING, session=session)
        answers += reply.text == REPLY
    return answers


async def stream(model: OpenAIChatCompletionClient) -> int:
    """Iterate over the updates of a run."""
    pieces = 0
    async for update in Agent(model, SYSTEM, name="assistant").run(OPENING, stream=True):
        pieces += bool(update.text)
    return pieces
