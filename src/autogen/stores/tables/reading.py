"""Reading what is recorded of a run: all of it, or only what was said, which is quicker."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from autogen.errors import JournalDamaged, UnknownRun
from autogen.events import MessageSent, StepEnded
from autogen.stores.rows import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autogen.events import Event
    from autogen.stores.tables.database import Database

_ALL = "SELECT position, type, source, step, parent, time, text, same_as, facts FROM records WHERE run = ? ORDER BY position"
# A text is stored once: what a message says may stand where a step came back with it.
_WITH_TEXTS = (
    "SELECT own.position, own.type, own.source, own.step, own.parent, own.time, coalesce(own.text, other.text),"
    " CASE WHEN other.text IS NULL THEN own.same_as END, own.facts"
    " FROM records AS own LEFT JOIN records AS other ON other.run = own.run AND other.position = own.same_as"
    " WHERE own.run = ? AND own.type = ? ORDER BY own.position"
)
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
        said = database.execute(_WITH_TEXTS, (number, MessageSent.__name__))
        ended = partial(database.execute, _WITH_TEXTS, (number, StepEnded.__name__))
        read = list(Reader(run_id).messages(said, ended))
    except (JournalDamaged, ValueError, KeyError, TypeError):  # damaged, or with a text that no column can hold
        read = read_run(database, run_id)
    return [event for event in read if isinstance(event, MessageSent)]


def _number_of(database: Database, run_id: str) -> int:
    found = database.execute("SELECT number FROM runs WHERE id = ?", (run_id,))
    if not found:
        raise UnknownRun(f"There is no run {run_id!r} in {database.place}. 'autogen journal ls' lists those there are.")
    return found[0][0]


def _read(database: Database, run_id: str, number: int, into: list[Event], at_once: int) -> None:
    reader = Reader(run_id)
    with database.scan(_ALL, (number,)) as found:
        rows = iter(found)
        while some := list(islice(rows, at_once)):
            _add(some, reader.events(some), into)


def _add(rows: list[tuple[Any, ...]], events: Iterable[Event], into: list[Event]) -> None:
    for row, event in zip(rows, events, strict=True):
        if row[0] != len(into) + 1:
            raise ValueError(f"position {row[0]} follows {len(into)}")
        into.append(event)
