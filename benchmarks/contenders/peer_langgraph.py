"""langgraph, with langchain-openai for models over HTTP."""

# pyright: basic, reportMissingImports=false
from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class _StubModel(BaseChatModel):
    @property
    def _llm_type(self) -> str:
        return "stub"

    def _generate(self, messages: Any, *_: Any, **__: Any) -> ChatResult:
        assert messages
        return ChatResult(generations=[ChatGeneration(message=AIMessage(REPLY))])

    async def _agenerate(self, messages: Any, *_: Any, **__: Any) -> ChatResult:
        return self._generate(messages)


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Two nodes that hand over to each other until enough was said."""
    model = _StubModel()
    graph = StateGraph(MessagesState)
    names = ("first", "second")
    for index, name in enumerate(names):
        graph.add_node(name, _node(model, name))
        other = names[1 - index]
        graph.add_conditional_edges(name, _until(turns + history, other), [other, END])
    graph.add_edge(START, "second")
    app = graph.compile()
    said: list[Any] = [AIMessage(REPLY, name=names[number % 2]) for number in range(history)]

    async def chat() -> int:
        state: Any = {"messages": [*said, AIMessage(OPENING, name="first")]}
        result = await app.ainvoke(state, {"recursion_limit": turns + 10})
        return len(result["messages"]) - history

    return chat


def _node(model: BaseChatModel, name: str) -> Any:
    async def answer(state: MessagesState) -> dict[str, Any]:
        heard = [message if message.name == name else HumanMessage(message.content) for message in state["messages"]]
        reply = await model.ainvoke([SystemMessage(SYSTEM), *heard])
        reply.name = name
        return {"messages": [reply]}

    return answer


def _until(count: int, other: str) -> Any:
    return lambda state: END if len(state["messages"]) >= count else other


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """Make a node that asks and a node of tools, in turn."""
    asked = 0

    async def ask(state: MessagesState) -> dict[str, Any]:
        nonlocal asked
        assert state["messages"]
        asked += 1
        if asked > rounds:
            return {"messages": [AIMessage(REPLY)]}
        calls = [{"name": "add", "args": json.loads(ARGUMENTS), "id": f"c{asked}_{n}"} for n in range(at_once)]
        return {"messages": [AIMessage("", tool_calls=calls)]}

    @tool
    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    graph = StateGraph(MessagesState)
    graph.add_node("ask", ask)
    graph.add_node("tools", ToolNode([add]))
    graph.add_edge(START, "ask")
    graph.add_conditional_edges("ask", tools_condition)
    graph.add_edge("tools", "ask")
    app = graph.compile()

    async def work() -> int:
        nonlocal asked
        asked = 0
        state: Any = {"messages": [HumanMessage(OPENING)]}
        result = await app.ainvoke(state, {"recursion_limit": 2 * rounds + 10})
        return sum(isinstance(message, ToolMessage) for message in result["messages"])

    return work


def model_at(url: str) -> ChatOpenAI:
    """Return the chat completions model."""
    return ChatOpenAI(model="stub", base_url=url, api_key="x", use_responses_api=False)


def _agent(model: ChatOpenAI) -> Any:
    async def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke([SystemMessage(SYSTEM), *state["messages"]])]}

    graph = StateGraph(MessagesState)
    graph.add_node("assistant", answer)
    graph.add_edge(START, "assistant")
    graph.add_edge("assistant", END)
    return graph.compile(checkpointer=InMemorySaver())


async def converse(model: ChatOpenAI, turns: int) -> int:
    """Invoke a graph of one node that keeps the conversation in memory."""
    agent, answers = _agent(model), 0
    for _ in range(turns):
        state: Any = {"messages": [HumanMessage(OPENING)]}
        result = await agent.ainvoke(state, {"configurable": {"thread_id": "1"}})
        answers += result["messages"][-1].content == REPLY
    return answers


async def stream(model: ChatOpenAI) -> int:
    """Iterate over message chunks."""
    pieces = 0
    state: Any = {"messages": [HumanMessage(OPENING)]}
    async for chunk, _ in _agent(model).astream(state, {"configurable": {"thread_id": "1"}}, stream_mode="messages"):
        pieces += bool(chunk.content)
    return pieces
