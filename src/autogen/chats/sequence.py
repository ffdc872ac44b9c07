"""Chats in a row: each later one is given what the earlier ones came to; independent ones may run at the same time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from autogen.chats.running import run_scope
from autogen.core.sync import run_sync

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from autogen.chats.result import ChatResult

    Entry = Mapping[str, Any]

# What an entry says about the sequence and not about its chat.
_FOR_THE_SEQUENCE = frozenset({"sender", "recipient", "chat_id", "prerequisites"})
_LEFT_OUT = "finished_chat_indexes_to_exclude_from_carryover"


def check_queue(queue: object, *, needs_sender: bool) -> list[Entry]:
    """Return the entries of a chat queue, or say what is wrong with one.

    Raises:
        TypeError: the queue is no list, or an entry no dict.
        AssertionError: an entry without recipient, or without a sender where it needs one (as in the classic).
    """
    if not isinstance(queue, (list, tuple)):
        raise TypeError(f"A chat queue is a list of dicts, not {type(queue).__name__}: {queue!r}")
    entries = cast("Sequence[Entry]", queue)
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise TypeError(f"Entry {index} of the chat queue must be a dict, not {type(entry).__name__}: {entry!r}")
        assert "recipient" in entry, f"recipient must be provided. (Entry {index} of the chat queue has none.)"
        assert not needs_sender or "sender" in entry, (
            f"sender must be provided. (Entry {index} of the chat queue has none.)"
        )
    return list(entries)


async def a_initiate_chats(chat_queue: list[dict[str, Any]]) -> dict[Hashable, ChatResult]:
    """Run chats of any senders at the same time where their prerequisites allow it; see `run_as_graph`."""
    return await run_as_graph(check_queue(chat_queue, needs_sender=True))


def initiate_chats(chat_queue: list[dict[str, Any]]) -> list[ChatResult]:
    """Run chats of any senders one after the other; see `run_in_a_row`."""
    return run_sync(run_in_a_row, check_queue(chat_queue, needs_sender=True))


async def run_in_a_row(entries: Sequence[Entry]) -> list[ChatResult]:
    """Run chats one after the other, until one stops for an approval; each is given the summaries of those before it.

    An entry has `sender`, `recipient` and what `initiate_chat` takes; the entries are not written to.
    """
    results: list[ChatResult] = []
    async with run_scope(silent=all(entry.get("silent") for entry in entries)):
        for entry in entries:
            results.append(await _run(entry, list(enumerate(results))))  # each needs those before it
            if is_pending(results[-1]):
                break
    return results


def is_pending(result: ChatResult) -> bool:
    """Tell whether a chat has stopped for an approval, so that what needs it cannot begin."""
    return result.stop_reason is not None and result.stop_reason.kind == "pending"


async def run_as_graph(entries: Sequence[Entry]) -> dict[Hashable, ChatResult]:
    """Run chats at the same time where their `prerequisites` (ids of chats) allow it; return the results by `chat_id`.

    A chat is given the summaries of all chats that it waits for, directly or not, in the order of the queue.
    An entry without `chat_id` has its place in the queue, from 0, as its id.

    Raises:
        ValueError: two entries of one id, a prerequisite that is not there, or chats that wait for one another.
    """
    by_id = _by_id(entries)
    awaited = _all_prerequisites(by_id)
    tasks: dict[Hashable, asyncio.Task[ChatResult]] = {}

    async def run_one(chat_id: Hashable) -> ChatResult:
        finished = [(other, await tasks[other]) for other in by_id if other in awaited[chat_id]]
        return await _run(by_id[chat_id], finished, chat_id)

    try:
        async with run_scope(silent=all(entry.get("silent") for entry in entries)), asyncio.TaskGroup() as group:
            for chat_id in by_id:
                tasks[chat_id] = group.create_task(run_one(chat_id))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None  # the others were cancelled, or failed for the same reason
    return {chat_id: task.result() for chat_id, task in tasks.items()}


async def _run(entry: Entry, finished: Iterable[tuple[Any, ChatResult]], chat_id: Any = None) -> ChatResult:
    given = {key: value for key, value in entry.items() if key not in _FOR_THE_SEQUENCE}
    given["carryover"] = _carryover(entry, finished)
    result: ChatResult = await entry["sender"].a_initiate_chat(entry["recipient"], **given)
    named = entry.get("chat_id", chat_id)
    if named is not None:
        result.chat_id = named
    return result


def _carryover(entry: Entry, finished: Iterable[tuple[Any, ChatResult]]) -> list[Any]:
    """Return the entry's own carryover, and the summaries of the finished chats; one that came to nothing is left out."""
    left_out = entry.get(_LEFT_OUT) or ()
    summaries = [result.summary for place, result in finished if place not in left_out and result.summary is not None]
    return as_list(entry.get("carryover")) + summaries


def as_list(carryover: object) -> list[Any]:
    """Return a carryover (nothing, one thing, or a list) as a list."""
    if isinstance(carryover, (list, tuple)):
        return list(cast("Sequence[Any]", carryover))
    return [] if carryover is None or carryover == "" else [carryover]


def _by_id(entries: Sequence[Entry]) -> dict[Hashable, Entry]:
    by_id: dict[Hashable, Entry] = {}
    for index, entry in enumerate(entries):
        chat_id = entry.get("chat_id", index)
        if chat_id in by_id:
            raise ValueError(f"Two entries of the chat queue have the chat_id {chat_id!r}; give each its own.")
        by_id[chat_id] = entry
    return by_id


def _all_prerequisites(by_id: Mapping[Hashable, Entry]) -> dict[Hashable, set[Hashable]]:
    """Return, for each chat, the ids of all chats that it waits for."""
    found: dict[Hashable, set[Hashable]] = {}

    def collect(chat_id: Hashable, way: tuple[Hashable, ...]) -> set[Hashable]:
        if chat_id in way:
            circle = " → ".join(map(repr, (*way[way.index(chat_id) :], chat_id)))
            raise ValueError(f"These chats wait for one another: {circle}. Take one of the prerequisites out.")
        if chat_id not in by_id:
            known = ", ".join(map(repr, by_id))
            raise ValueError(f"Chat {way[-1]!r} waits for {chat_id!r}, which is not in the queue (chat ids: {known}).")
        if chat_id not in found:
            direct: list[Hashable] = list(by_id[chat_id].get("prerequisites") or ())
            found[chat_id] = set(direct).union(*(collect(other, (*way, chat_id)) for other in direct))
        return found[chat_id]

    for chat_id in by_id:
        collect(chat_id, ())
    return found
