"""The runs of a journal: listed, forked, compared, removed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from autogen.errors import RunExists, RunInUse, UnknownRun
from autogen.events import MessageSent, StepEnded
from autogen.stores.tables.reading import read_said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.events import Event
    from autogen.messages import ChatMessage
    from autogen.stores.tables.journal import TableJournal


class RunSummary(NamedTuple):
    """A run at a glance.

    Args:
        id: its name.
        began: seconds since 1970.
        state: "running", "interrupted" (the process is gone), "waiting" (for a human), "ready" (the human has answered),
            or why it ended.
        messages: said; `None` while it is not over.
    """

    id: str
    began: float
    state: str
    agents: str
    opening: str
    messages: int | None
    tokens: int | None
    cost_usd: float | None
    parent: str | None


_ALL = 2**62  # more than there can be, and a number to any database
_COLUMNS = "id, began, reason, agents, opening, messages, tokens, cost_usd, parent, owner_key, heartbeat"


def list_runs(journal: TableJournal, limit: int = _ALL) -> list[RunSummary]:
    """Return the runs of a journal, newest first."""
    rows = journal.database.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY number DESC LIMIT ?", (limit,))  # noqa: S608 - of constants
    is_held = journal.presence.living()
    return [
        RunSummary(
            run_id,
            began,
            "waiting"
            if reason == "pending"
            else reason or ("running" if is_held(owner_key, heartbeat) else "interrupted"),
            agents or "",
            opening or "",
            *counts,
        )
        for run_id, began, reason, agents, opening, *counts, owner_key, heartbeat in rows
    ]


def fork(journal: TableJournal, run_id: str, into: str, *, at: int | None = None, say: str | None = None) -> None:
    """Copy the beginning of a run as another run, which can be gone on with by itself.

    Args:
        run_id: the run; it may be over, or go on.
        into: the name of the new one.
        at: so many messages are kept; all if not given, and nothing at all for 0.
        say: the last of them says this instead; it must be one that a model, a tool, code or a human gave.

    Raises:
        UnknownRun: there is no such run.
        RunExists: there is a run of the new name.
        ValueError: there is no such message, or the program itself gave it.
    """
    execute = journal.database.execute
    journal.flush()
    places = _places(journal, run_id)
    if at is not None and not 0 <= at <= len(places):
        raise ValueError(f"at={at}: the run {run_id!r} has {len(places)} messages; give a number from 0 to that.")
    number = _number_of(journal, run_id)
    last = _ALL if at is None else places[at - 1] if at else 0
    if execute("SELECT 1 FROM runs WHERE id = ?", (into,)):
        raise RunExists(f"{journal.place} holds a run {into!r} already. Take another name.")
    step = None if say is None else _step_to_reword(journal.events(run_id)[: places[-1] if at is None else last])

    def copy() -> None:
        ((made,),) = execute(
            "INSERT INTO runs (id, began, agents, opening, parent, seed, origin, fence)"
            " SELECT ?, ?, agents, opening, id, seed, origin, 0 FROM runs WHERE number = ? RETURNING number",
            (into, journal.presence.clock(), number),
        )
        execute(
            "INSERT INTO records SELECT ?, position, type, source, step, parent, time, text, same_as, facts FROM records"
            " WHERE run = ? AND position <= ?",
            (made, number, last),
        )
        if say is not None and step is not None:
            _reword(journal, made, step, places[-1] if at is None else last, say)

    journal.transact(copy)


def giver_of(events: Sequence[Event]) -> int | None:
    """Return the position of the step that gave the last of these events, a message; `None` if the program did."""
    said = events[-1] if events else None
    if not isinstance(said, MessageSent):
        return None
    for position in range(len(events) - 1, 0, -1):
        event = events[position - 1]
        if isinstance(event, StepEnded) and event.source == said.source:
            came: Any = event.output
            words = cast("dict[str, Any]", came).get("content") if isinstance(came, dict) else came
            return position if isinstance(words, str) and words == said.message.get("content") else None
    return None


def _step_to_reword(events: Sequence[Event]) -> int:
    step = giver_of(events)
    if step is None:
        raise ValueError(
            "The last message that is kept was given by the program: change the program, or fork elsewhere."
        )
    return step


def _reword(journal: TableJournal, number: int, step: int, message: int, words: str) -> None:
    """Have a step have come back with other words, and the message that holds them say so."""
    words.encode()
    execute = journal.database.execute
    for position, text, same_as in ((step, words, None), (message, None, step)):
        ((told,),) = execute("SELECT facts FROM records WHERE run = ? AND position = ?", (number, position))
        facts: dict[str, Any] = json.loads(told or "{}")
        if "of" in facts:
            continue  # it says what the step came back with
        facts.pop("text", None)
        execute(
            "UPDATE records SET text = ?, same_as = ?, facts = ? WHERE run = ? AND position = ?",
            (text, same_as, json.dumps(facts, ensure_ascii=False), number, position),
        )


def origin_of(journal: TableJournal, run_id: str) -> dict[str, Any]:
    """Return what was said of a run by whoever began it; empty if nothing was.

    Raises:
        UnknownRun: there is none.
    """
    number = _number_of(journal, run_id)
    ((origin,),) = journal.database.execute("SELECT origin FROM runs WHERE number = ?", (number,))
    return json.loads(origin or "{}")


def prune(journal: TableJournal, *, before: float, is_dry: bool = False) -> list[str]:
    """Remove the runs that began before a time (seconds since 1970) and are over; return their names.

    Raises:
        JournalFailed: it could not be done, and nothing was.
    """
    execute = journal.database.execute
    over = "began < ? AND ended IS NOT NULL AND owner_key IS NULL AND reason NOT IN ('pending', 'ready')"
    names = [row[0] for row in execute(f"SELECT id FROM runs WHERE {over}", (before,))]  # noqa: S608 - of constants
    if is_dry or not names:
        return names

    def remove() -> None:
        execute(f"DELETE FROM records WHERE run IN (SELECT number FROM runs WHERE {over})", (before,))  # noqa: S608
        execute(f"DELETE FROM runs WHERE {over}", (before,))  # noqa: S608 - of constants

    journal.transact(remove)
    journal.database.tidy()
    return names


def remove(journal: TableJournal, run_id: str) -> None:
    """Remove a run, whatever its state.

    Raises:
        UnknownRun: there is none.
        RunInUse: a process is at it.
    """
    number = _number_of(journal, run_id)
    ((owner_key, heartbeat),) = journal.database.execute(
        "SELECT owner_key, heartbeat FROM runs WHERE number = ?", (number,)
    )
    if journal.presence.living()(owner_key, heartbeat):
        raise RunInUse(f"The run {run_id!r} is in use. End that process first.")

    def drop() -> None:
        journal.database.execute("DELETE FROM records WHERE run = ?", (number,))
        journal.database.execute("DELETE FROM runs WHERE number = ?", (number,))

    journal.transact(drop, run_id)


class Difference(NamedTuple):
    """Where two runs part: the number of the first message that is not the same, and what each says there.

    `None` stands for a run that says nothing more.
    """

    message: int
    first: tuple[str, ChatMessage] | None
    second: tuple[str, ChatMessage] | None


def diff(journal: TableJournal, first: str, second: str) -> Difference | None:
    """Return where two runs part; `None` if they say the same.

    Raises:
        UnknownRun: there is no such run.
    """
    one, two = (_said(journal, run_id) for run_id in (first, second))
    for number in range(max(len(one), len(two))):
        left, right = (run[number] if number < len(run) else None for run in (one, two))
        if left != right:
            return Difference(number + 1, left, right)
    return None


def _said(journal: TableJournal, run_id: str) -> Sequence[tuple[str, ChatMessage]]:
    journal.flush()
    return [(event.source, event.message) for event in read_said(journal.database, run_id)]


def _number_of(journal: TableJournal, run_id: str) -> int:
    found = journal.database.execute("SELECT number FROM runs WHERE id = ?", (run_id,))
    if not found:
        raise UnknownRun(f"There is no run {run_id!r} in {journal.place}.")
    return found[0][0]


def _places(journal: TableJournal, run_id: str) -> list[int]:
    query = "SELECT position FROM records WHERE run = ? AND type = 'MessageSent' ORDER BY position"
    return [row[0] for row in journal.database.execute(query, (_number_of(journal, run_id),))]
