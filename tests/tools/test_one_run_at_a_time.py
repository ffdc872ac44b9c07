"""The same tool wanted by several conversations at once: in turn, unless it is said that it may be used by all."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import autogen
from autogen import AssistantAgent, UserProxyAgent
from autogen.events import NoticeRaised
from autogen.testing import RecordingObserver, ScriptedModel, calls


class Book:
    """Counts who is in a tool, and who was at the same time."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.together: set[frozenset[str]] = set()
        self.order: list[str] = []
        self.most = 0

    def enter(self, who: str) -> None:
        self.inside.append(who)
        self.order.append(who)
        self.together.add(frozenset(self.inside))
        self.most = max(self.most, len(self.inside))

    def leave(self, who: str) -> None:
        self.inside.remove(who)

    @property
    def most_conversations(self) -> int:
        return max(map(len, self.together))


def agent(name: str, function: Any, times: int = 1) -> AssistantAgent:
    """Return an agent that calls a function with its name, so many times in one message."""
    asked = [calls(function, who=name)] * times
    return AssistantAgent(name, model=ScriptedModel(asked, "ok"), tools=[function])


def async_tool(book: Book) -> Any:
    async def use(who: str) -> str:
        book.enter(who)
        for _ in range(20):
            await asyncio.sleep(0)
        book.leave(who)
        return who

    return use


def sync_tool(book: Book) -> Any:
    def use(who: str) -> str:
        book.enter(who)
        threading.Event().wait(0.005)
        book.leave(who)
        return who

    return use


@pytest.mark.parametrize("make", [async_tool, sync_tool])
async def test_conversations_use_a_tool_of_which_nothing_is_said_one_after_the_other(make: Any):
    book, watch = Book(), RecordingObserver()
    use = make(book)
    async with asyncio.timeout(20):
        await asyncio.gather(*(agent(f"a{n}", use, times=3).run("Go.", observers=[watch]) for n in range(6)))
    assert book.most_conversations == 1
    assert len(book.order) == 18
    if make is async_tool:  # the calls of one message do run at the same time
        assert book.most == 3
    told = [event.text for event in watch.events if isinstance(event, NoticeRaised)]
    assert told
    assert all(text.endswith("say so: tool(f, max_at_once=None).") for text in told)


@pytest.mark.parametrize("said", [{"max_at_once": None}, {"effect": "pure"}, {"effect": "repeatable"}])
async def test_what_may_be_used_by_all_at_once_is_said_of_the_tool(said: Any):
    book = Book()
    use = autogen.tool(async_tool(book), **said)
    async with asyncio.timeout(20):
        await asyncio.gather(*(agent(f"a{n}", use).run("Go.") for n in range(6)))
    assert book.most_conversations == 6


async def test_conversations_come_in_the_order_in_which_they_asked_but_for_those_that_gave_up():
    book, in_use, release = Book(), asyncio.Event(), asyncio.Event()

    async def use(who: str) -> str:
        book.enter(who)
        in_use.set()
        await release.wait()
        book.leave(who)
        return who

    async with asyncio.timeout(20):
        running = [asyncio.ensure_future(agent("a0", use).run("Go."))]
        await in_use.wait()
        for number in range(1, 5):
            running.append(asyncio.ensure_future(agent(f"a{number}", use).run("Go.")))
            for _ in range(50):
                await asyncio.sleep(0)
        running[2].cancel()
        await asyncio.wait([running[2]])
        release.set()
        await asyncio.gather(*running, return_exceptions=True)
    assert book.order == ["a0", "a1", "a3", "a4"]


async def test_tools_that_call_one_another_in_two_conversations_do_not_wait_for_each_other():
    both_in = asyncio.Barrier(2)
    is_first = [True, True]

    async def through(index: int, inner: Any, what: str) -> str:
        if is_first[index]:
            is_first[index] = False
            await both_in.wait()
            result = await AssistantAgent("inner", model=ScriptedModel(calls(inner), what), tools=[inner]).run("Go.")
            return str(result.summary)
        return "inside"

    async def left() -> str:
        return await through(0, right, "left was here")

    async def right() -> str:
        return await through(1, left, "right was here")

    async with asyncio.timeout(20):
        results = await asyncio.gather(
            AssistantAgent("a", model=ScriptedModel(calls(left), "a"), tools=[left]).run("Go."),
            AssistantAgent("b", model=ScriptedModel(calls(right), "b"), tools=[right]).run("Go."),
        )
    assert [result.summary for result in results] == ["a", "b"]


def test_synchronous_programs_in_threads_use_a_tool_in_turn():
    book = Book()
    use = sync_tool(book)

    def hold(name: str) -> None:
        user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
        assistant = agent(name, use)
        user.initiate_chat(assistant, message="Go.", max_turns=1, silent=True)

    threads = [threading.Thread(target=hold, args=(f"t{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(book.order) == [f"t{n}" for n in range(5)]
    assert book.most == 1


class Counter:
    """Two of these are two tools."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def use(self, who: str) -> str:
        """Use it."""
        return await async_tool(self._book)(who)


async def test_a_method_is_another_tool_for_each_object_and_the_same_for_agents_that_share_one():
    book, shared = Book(), Book()
    one = Counter(shared)
    async with asyncio.timeout(20):
        await asyncio.gather(*(agent(f"a{n}", Counter(book).use).run("Go.") for n in range(3)))
        await asyncio.gather(*(agent(f"a{n}", one.use).run("Go.") for n in range(3)))
    assert (book.most_conversations, shared.most_conversations) == (3, 1)
