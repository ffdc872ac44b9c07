"""The runs of a journal: listed, forked, compared, removed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import RunExists, RunInUse, UnknownRun
from autogen.events import MessageSent
from autogen.stores.lease import is_held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.messages import ChatMessage
    from autogen.stores.sqlite import SQLiteJournal


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


_COLUMNS = "id, began, reason, agents, opening, messages, tokens, cost_usd, parent, owner_key, heartbeat"


def list_runs(journal: SQLiteJournal, limit: int = -1) -> list[RunSummary]:
    """Return the runs of a journal, newest first."""
    rows = journal.connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY number DESC LIMIT ?", (limit,))  # noqa: S608 - of constants
    return [
        RunSummary(
            run_id,
            began,
            "waiting" if reason == "pending" else reason or _state(owner_key, heartbeat),
            agents or "",
            opening or "",
            *counts,
        )
        for run_id, began, reason, agents, opening, *counts, owner_key, heartbeat in rows
    ]


def _state(owner_key: str | None, heartbeat: float) -> str:
    return "running" if owner_key is not None and is_held(owner_key, heartbeat) else "interrupted"


def fork(journal: SQLiteJournal, run_id: str, into: str, *, at: int | None = None, say: str | None = None) -> None:
    """Copy the beginning of a run as another run, which can be gone on with by itself.

    Args:
        run_id: the run; it may be over, or go on.
        into: the name of the new one.
        at: so many messages are kept; all if not given.
        say: the last of them says this instead; it must be one that a model, a tool, code or a human gave.

    Raises:
        UnknownRun: there is no such run.
        RunExists: there is a run of the new name.
        ValueError: there is no such message, or the program itself gave it.
    """
    connection = journal.connection
    journal.flush()
    places = _places(journal, run_id)
    if at is not None and not 1 <= at <= len(places):
        raise ValueError(f"at={at}: the run {run_id!r} has {len(places)} messages; give a number from 1 to that.")
    number = _number_of(journal, run_id)
    last = 2**62 if at is None else places[at - 1]
    if connection.execute("SELECT 1 FROM runs WHERE id = ?", (into,)).fetchone():
        raise RunExists(f"{journal.path} holds a run {into!r} already. Take another name.")

    def copy() -> None:
        made = connection.execute(
            "INSERT INTO runs (id, began, agents, opening, parent, seed, origin, fence)"
            " SELECT ?, ?, agents, opening, id, seed, origin, 0 FROM runs WHERE number = ?",
            (into, time.time(), number),
        ).lastrowid
        connection.execute(
            "INSERT INTO records SELECT ?, position, type, source, step, parent, time, text, same_as, facts FROM records"
            " WHERE run = ? AND position <= ?",
            (made, number, last),
        )
        if say is not None:
            _reword(journal, made or 0, places[-1] if at is None else last, say)

    journal.transact(copy)


def _reword(journal: SQLiteJournal, number: int, position: int, words: str) -> None:
    """Have a step have come back with other words, and the message that holds them say so."""
    words.encode()
    found = journal.connection.execute(
        "SELECT coalesce(same_as, json_extract(facts, '$.of')) FROM records WHERE run = ? AND position = ?",
        (number, position),
    ).fetchone()
    if found is None or found[0] is None:
        raise ValueError(
            "The last message that is kept was given by the program, or is too short to be told apart: change the program, "
            "or fork elsewhere."
        )
    journal.connection.execute(
        "UPDATE records SET text = ?, same_as = NULL WHERE run = ? AND position = ?", (words, number, found[0])
    )


def prune(journal: SQLiteJournal, *, before: float, is_dry: bool = False) -> list[str]:
    """Remove the runs that began before a time (seconds since 1970) and are over; return their names.

    Raises:
        JournalFailed: it could not be done, and nothing was.
    """
    connection = journal.connection
    over = "began < ? AND ended IS NOT NULL AND owner_key IS NULL AND reason NOT IN ('pending', 'ready')"
    names = [row[0] for row in connection.execute(f"SELECT id FROM runs WHERE {over}", (before,))]  # noqa: S608 - of constants
    if is_dry or not names:
        return names

    def remove() -> None:
        connection.execute(f"DELETE FROM records WHERE run IN (SELECT number FROM runs WHERE {over})", (before,))  # noqa: S608
        connection.execute(f"DELETE FROM runs WHERE {over}", (before,))  # noqa: S608 - of constants

    journal.transact(remove)
    connection.execute("VACUUM")
    return names


def remove(journal: SQLiteJournal, run_id: str) -> None:
    """Remove a run, whatever its state.

    Raises:
        UnknownRun: there is none.
        RunInUse: a process is at it.
    """
    number = _number_of(journal, run_id)
    owner_key, heartbeat = journal.connection.execute(
        "SELECT owner_key, heartbeat FROM runs WHERE number = ?", (number,)
    ).fetchone()
    if owner_key is not None and is_held(owner_key, heartbeat):
        raise RunInUse(f"The run {run_id!r} is in use. End that process first.")

    def drop() -> None:
        journal.connection.execute("DELETE FROM records WHERE run = ?", (number,))
        journal.connection.execute("DELETE FROM runs WHERE number = ?", (number,))

    journal.transact(drop)


class Difference(NamedTuple):
    """Where two runs part: the number of the first message that is not the same, and what each says there.

    `None` stands for a run that says nothing more.
    """

    message: int
    first: tuple[str, ChatMessage] | None
    second: tuple[str, ChatMessage] | None


def diff(journal: SQLiteJournal, first: str, second: str) -> Difference | None:
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


def _said(journal: SQLiteJournal, run_id: str) -> Sequence[tuple[str, ChatMessage]]:
    return [(event.source, event.message) for event in journal.events(run_id) if isinstance(event, MessageSent)]


def _number_of(journal: SQLiteJournal, run_id: str) -> int:
    row = journal.connection.execute("SELECT number FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        raise UnknownRun(f"There is no run {run_id!r} in {journal.path}.")
    return row[0]


def _places(journal: SQLiteJournal, run_id: str) -> list[int]:
    query = "SELECT position FROM records WHERE run = ? AND type = 'MessageSent' ORDER BY position"
    return [row[0] for row in journal.connection.execute(query, (_number_of(journal, run_id),))]
