"""Budgets with a server of OpenAI's protocol: what is reserved, what is charged, and where a stream is cut off."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from autogen import AssistantAgent, Budget, Limits
from autogen.memory import TokenLimit
from autogen.messages import text_of
from autogen.testing import RecordingObserver
from tests.servers.openai_server import OpenAIServer, Received, reply, status


def agent_of(server: OpenAIServer, **entry: Any) -> AssistantAgent:
    return AssistantAgent("a", "Help.", llm_config=server.config(price=[0.0, 10.0], **entry))


def answered(answer: Any, received: Received) -> Any:
    """Return what an answer of the server's makes of a request."""
    return answer(received)


async def test_the_longest_reply_is_reserved_and_the_real_one_is_charged() -> None:
    budget = Budget(Limits(cost_usd=1.0))
    with OpenAIServer(reply("Hello.")) as server:
        await agent_of(server, max_tokens=100).run("Hi.", limits=budget)
        assert budget.used.cost_usd == pytest.approx(0.05)  # 5 tokens at a cent each
        result = await agent_of(server, max_tokens=100).run("Hi.", limits=budget)
    assert len(server.requests) == 1
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


async def test_a_stream_is_cut_off_on_the_wire() -> None:
    budget = Budget(Limits(cost_usd=0.20))
    with OpenAIServer(reply("word " * 500)) as server:
        watch = RecordingObserver(tokens=True)
        result = await agent_of(server).run("Hi.", limits=budget, observers=[watch])
        assert result.stop_reason is not None
        assert result.stop_reason.kind == "limit"
        assert 0.15 < budget.used.cost_usd <= 0.20 + 1e-9
        assert len(server.requests) == 1


async def test_many_agents_keep_one_budget() -> None:
    budget = Budget(Limits(cost_usd=1.0))
    with OpenAIServer(reply("Hello.")) as server:
        agents = [agent_of(server, max_tokens=7) for _ in range(40)]
        results = await asyncio.gather(*(agent.run("Hi.", limits=budget) for agent in agents))
    kinds = [result.stop_reason.kind for result in results if result.stop_reason]
    assert kinds.count("answered") == len(server.requests) == 19  # 95 cents; another call might take 7 more
    assert budget.used.cost_usd == pytest.approx(0.95)


async def test_a_conversation_that_the_server_finds_too_long_is_shown_in_part() -> None:
    def short_of_memory(received: Received) -> Any:
        size = sum(len(message["content"]) for message in received.body["messages"])
        if size > 3_000:
            return status(400, "This model's maximum context length is 750 tokens.", code="context_length_exceeded")
        return answered(reply("x" * 500), received)

    with OpenAIServer(short_of_memory) as server:
        agent = AssistantAgent("a", "Help.", llm_config=server.config(), context=TokenLimit(1_500))
        result = await agent.run("Question 0.")
        for number in range(1, 10):
            result = await agent.run(f"Question {number}.", clear_history=False)
    assert len(result.chat_history) == 20
    assert text_of(result.chat_history[-1]) == "x" * 500
