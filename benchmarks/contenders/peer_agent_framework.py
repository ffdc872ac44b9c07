"""agent-framework, Microsoft's successor of the successor."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent_framework import Agent, BaseChatClient, ChatResponse, Message
from agent_framework.openai import OpenAIChatCompletionClient
from stub import OPENING, REPLY, SYSTEM

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
