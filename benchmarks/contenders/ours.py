"""This project."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, UserProxyAgent, run_settings
from autogen.chats.resume import replay
from autogen.events import TokenStreamed
from autogen.models.client import ModelReply
from autogen.stores.postgres import PostgresJournal
from autogen.stores.sharing import journal_at
from autogen.stores.shelf import fork, list_runs
from autogen.stores.tables.reading import read_said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from autogen.models.client import ModelRequest

_NO_END = 10**9


class _StubModel:
    name = "stub"

    async def create(self, request: ModelRequest) -> ModelReply:
        assert request.messages
        return ModelReply({"role": "assistant", "content": REPLY})


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Make the classic pair, each with a model."""
    model = _StubModel()
    first, second = (
        ConversableAgent(name, SYSTEM, model=model, human_input_mode="NEVER", max_consecutive_auto_reply=_NO_END)
        for name in ("first", "second")
    )
    for number in range(history):
        speaker, listener = (first, second) if number % 2 == 0 else (second, first)
        await speaker.a_send(REPLY, listener, request_reply=False, silent=True)

    async def chat() -> int:
        result = await first.a_initiate_chat(
            second, clear_history=not history, message=OPENING, max_turns=turns // 2, silent=True
        )
        return len(result.chat_history) - history

    return chat


async def recorded_chat(turns: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Make the classic pair, and record what they say in a file."""
    chat = await pair_chat(turns, 0)

    async def recorded() -> int:
        with run_settings(journal=path):
            return await chat()

    return recorded


def _recorded(path: Path) -> list[str]:
    with journal_at(path) as journal:
        return [run.id for run in list_runs(journal)]


async def opened_chat(messages: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Record a chat, and read what was said."""
    if not _recorded(path):
        await (await recorded_chat(messages, path))()
    (run_id,) = _recorded(path)

    async def read() -> int:
        with journal_at(path) as journal:
            return len(read_said(journal.database, run_id))

    return read


async def listed_runs(runs: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Record a chat, and copy it so often."""
    if not _recorded(path):
        await (await recorded_chat(2, path))()
        (run_id,) = _recorded(path)
        with journal_at(path) as journal:
            for number in range(runs - 1):
                fork(journal, run_id, f"run {number}")

    async def read() -> int:
        with journal_at(path) as journal:
            return len(list_runs(journal))

    return read


async def replayed_chat(turns: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Record a chat, and do it again from the record."""
    if not _recorded(path):
        with run_settings(run_id="chat"):
            await (await recorded_chat(turns, path))()
    chat = await pair_chat(turns, 0)

    async def again() -> int:
        with replay(path, "chat"):
            return await chat()

    return again


async def chats_in_postgres(
    url: str, chats: int, turns: int
) -> tuple[PostgresJournal, list[Callable[[], Awaitable[int]]]]:
    """Make so many classic pairs, and the journal that they share."""
    journal = PostgresJournal(url)

    async def recorded(chat: Callable[[], Awaitable[int]]) -> int:
        with run_settings(journal=journal):
            return await chat()

    made = [await pair_chat(turns, 0) for _ in range(chats)]
    return journal, [lambda chat=chat: recorded(chat) for chat in made]


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """One agent with a tool of its own."""

    async def add(a: int, b: int) -> int:
        """Add two numbers."""
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return a + b

    wanted: list[Any] = [
        {"id": f"c{n}", "type": "function", "function": {"name": "add", "arguments": ARGUMENTS}} for n in range(at_once)
    ]

    class Asking:
        name, asked = "stub", 0

        async def create(self, request: ModelRequest) -> ModelReply:
            assert request.messages
            self.asked += 1
            if self.asked > rounds:
                return ModelReply({"role": "assistant", "content": REPLY})
            return ModelReply({"role": "assistant", "content": None, "tool_calls": wanted}, finish_reason="tool_calls")

    agent = AssistantAgent("agent", SYSTEM, model=Asking(), tools=[add], max_consecutive_auto_reply=_NO_END)

    async def work() -> int:
        result = await agent.run(OPENING)
        return sum(len(message.get("tool_responses", ())) for message in result.chat_history)

    return work


async def team_chat(members: int, turns: int) -> Callable[[], Awaitable[int]]:
    """Make a group that speaks in turn, each member with a model."""
    model = _StubModel()
    agents: list[Any] = [
        ConversableAgent(f"m{n}", SYSTEM, model=model, human_input_mode="NEVER", max_consecutive_auto_reply=_NO_END)
        for n in range(members)
    ]
    manager = GroupChatManager(GroupChat(agents, [], max_round=turns, speaker_selection_method="round_robin"))

    async def chat() -> int:
        return len((await agents[0].a_initiate_chat(manager, message=OPENING, silent=True)).chat_history)

    return chat


def model_at(url: str) -> dict[str, Any]:
    """Return a configuration; agents of one configuration share a client's connections."""
    return {"config_list": [{"model": "stub", "base_url": url, "api_key": "x"}]}


async def converse(model: dict[str, Any], turns: int) -> int:
    """Have a user proxy ask and an assistant answer."""
    assistant = AssistantAgent("assistant", SYSTEM, llm_config=model, max_consecutive_auto_reply=_NO_END)
    user = UserProxyAgent(
        "user",
        human_input_mode="NEVER",
        code_execution_config=False,
        max_consecutive_auto_reply=_NO_END,
        default_auto_reply=OPENING,
    )
    result = await user.a_initiate_chat(assistant, message=OPENING, max_turns=turns, silent=True)
    return sum(message.get("content") == REPLY for message in result.chat_history)


async def stream(model: dict[str, Any]) -> int:
    """Iterate over the events of a run."""
    assistant = AssistantAgent("assistant", SYSTEM, llm_config=model)
    pieces = 0
    async for event in assistant.run_stream(OPENING, silent=False):
        if isinstance(event, TokenStreamed):
            pieces += 1
    return pieces
