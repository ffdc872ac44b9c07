"""Reading what is recorded of a run: all of it, or only what was said, which is quicker."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from autogen.errors import JournalDamaged, UnknownRun
from autogen.events import MessageSent
from autogen.stores.rows import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.events import Event
    from autogen.stores.tables.database import Database

_COLUMNS = "SELECT position, type, source, step, parent, time, text, same_as, facts FROM records WHERE run = ?"
_ALL = f"{_COLUMNS} ORDER BY position"
# A message may be, to the letter, what a step came back with.
_SAID = f"{_COLUMNS} AND type IN ('MessageSent', 'StepEnded') ORDER BY position"
_AT_ONCE = 500


def read_run(database: Database, run_id: str) -> list[Event]:
    """Return the record of a run, oldest first.

    Raises:
        UnknownRun: there is none.
        JournalDamaged: it cannot be read to its end; the error's `events` are those that could be.
    """
    number = _number_of(database, run_id)
    read: list[Event] = []
    try:
        try:
            _read(database, run_id, number, read, _AT_ONCE)
        except JournalDamaged:  # up to the very row
            read.clear()
            _read(database, run_id, number, read, 1)
    except (JournalDamaged, ValueError, KeyError, TypeError) as error:
        raise JournalDamaged(
            f"The record of {run_id!r} in {database.place} is damaged after position {len(read)}: {error}. "
            "'autogen journal export' writes out what can be read.",
            read,
        ) from error
    return read


def read_said(database: Database, run_id: str) -> list[MessageSent]:
    """Return what was said in a run, oldest first.

    Raises:
        UnknownRun: there is none.
        JournalDamaged: it cannot be read; `read_run` tells up to where.
    """
    number = _number_of(database, run_id)
    try:
        return [event for _, event in _events(database, run_id, number, _SAID) if isinstance(event, MessageSent)]
    except (ValueError, KeyError, TypeError) as error:
        raise JournalDamaged(f"The record of {run_id!r} in {database.place} is damaged: {error}.") from error


def _number_of(database: Database, run_id: str) -> int:
    found = database.execute("SELECT number FROM runs WHERE id = ?", (run_id,))
    if not found:
        raise UnknownRun(f"There is no run {run_id!r} in {database.place}. 'autogen journal ls' lists those there are.")
    return found[0][0]


def _read(database: Database, run_id: str, number: int, into: list[Event], at_once: int) -> None:
    for position, event in _events(database, run_id, number, _ALL, at_once):
        if position != len(into) + 1:
            raise ValueError(f"position {position} follows {len(into)}")
        into.append(event)


def _events(
    database: Database, run_id: str, number: int, statement: str, at_once: int = _AT_ONCE
) -> Iterator[tuple[int, Event]]:
    """Return events with their positions, as far as they can be read."""
    reader = Reader(run_id)
    rows = iter(database.scan(statement, (number,)))
    while some := list(islice(rows, at_once)):
        for row, event in zip(some, reader.events(some), strict=True):
            yield row[0], event
