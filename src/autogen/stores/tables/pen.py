"""The pen: rows that wait to be written, and how they are written, one run's fault apart from another's.

`PromptPen` writes where it is asked, for a database that answers at once; `stores/postgres/` has one that never waits.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING, Any

from autogen.errors import JournalFailed
from autogen.stores.tables.database import Taken, check_is_here

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from autogen.stores.held import Held, Statement, Written
    from autogen.stores.tables.database import Database

WaitingRow = tuple["Held", tuple[Any, ...]]
WaitingNote = tuple["Held", "Statement"]


class WaitingPen:
    """What waits to be written, and how.

    Args:
        database: where to.
        lock: guards what waits.
    """

    def __init__(self, database: Database, lock: AbstractContextManager[object]) -> None:
        self.lock = lock
        self._database = database
        self._process_id = os.getpid()
        self._rows: list[WaitingRow] = []
        self._notes: list[WaitingNote] = []

    def check(self) -> None:
        """See that what waits is of this process.

        Raises:
            JournalFailed: this process was forked from the one that opened the journal.
        """
        if self._process_id != os.getpid():
            check_is_here(self._database)

    def note(self, held: Held, statement: Statement | None) -> None:
        """Have a change in the table of runs wait."""
        if statement is not None:
            with self.lock:
                self._notes.append((held, statement))

    def _write(self, rows: Sequence[WaitingRow], notes: Sequence[WaitingNote]) -> None:
        """Write it. A run that another process has taken over is marked as lost, and what waits of it dropped.

        Raises:
            JournalFailed: it could not be written, or not all.
        """
        values = [row for _, row in rows]
        try:
            if notes:
                self._database.transact(lambda: self._put(values, [statement for _, statement in notes]))
            elif values:
                self._database.insert(values)
        except Taken:
            self._write_apart(rows, notes)

    def _write_apart(self, rows: Sequence[WaitingRow], notes: Sequence[WaitingNote]) -> None:
        """Write it run by run, after a look at who holds it."""
        for held in dict.fromkeys(held for held, _ in (*rows, *notes)):
            own = [row for owner, row in rows if owner is held]
            own_notes = [statement for owner, statement in notes if owner is held]
            try:
                self._database.transact(partial(self._write_own, held, own, own_notes), held.run_id)
            except Taken:
                held.lose()

    def _write_own(self, held: Held, rows: Sequence[tuple[Any, ...]], notes: Sequence[Statement]) -> None:
        """Write what waits of one run; what is there already was written from here, since nobody else has held it."""
        there = self._last_position(held)
        if there is None:
            held.lose()
        elif there < held.kept:
            held.lose_records(there)
        else:
            self._put([row for row in rows if row[1] > there], notes)

    def _last_position(self, held: Held) -> int | None:
        """Return the position of the last record of a run; `None` if it is no longer held from here."""
        found = self._database.execute(
            "SELECT fence, (SELECT max(position) FROM records WHERE run = number) FROM runs WHERE number = ?",
            (held.number,),
        )
        if not found or found[0][0] != held.fence:
            return None
        return found[0][1] or 0

    def _put(self, rows: Sequence[tuple[Any, ...]], notes: Sequence[Statement]) -> None:
        if rows:
            self._database.insert(rows)
        for statement, values in notes:
            self._database.execute(statement, values)


class PromptPen(WaitingPen):
    """Writes what is said at once, and the rest with it, or within a moment."""

    def __init__(self, database: Database, lock: AbstractContextManager[object]) -> None:
        super().__init__(database, lock)
        self._is_scheduled = False

    def put(self, held: Held, written: Written, *, at_once: bool) -> None:
        """Have something written; it is on disk when this returns, if it is to be at once."""
        self._rows.append((held, (held.number, *written.row)))
        self.note(held, written.note)
        if not at_once and self._write_soon():
            return
        try:
            self.flush()
        except BaseException:
            self._rows.pop()
            if written.note is not None:
                self._notes.pop()
            raise

    async def settle(self, held: Held) -> None:  # noqa: ARG002 - what waits of all is written together
        """Write all that waits."""
        self.flush()

    def later(self, held: Held, act: Callable[[], None]) -> bool:  # noqa: ARG002 - what is said is safe when it was put
        """Return `False`: there is nothing to wait for."""
        return False

    def flush(self) -> None:
        """Write all that waits.

        Raises:
            JournalFailed: it could not be written; it waits on.
        """
        with self.lock:
            self._is_scheduled = False
            self._write(self._rows, self._notes)
            self._rows, self._notes = [], []

    def close(self) -> None:
        """Do nothing more: what waits was written before."""

    def _write_soon(self) -> bool:
        """Have what waits written as soon as the loop is free; `False` if there is no loop."""
        if self._is_scheduled:
            return True
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        self._is_scheduled = True
        loop.call_soon(self._flush_scheduled)
        return True

    def _flush_scheduled(self) -> None:
        try:
            self.flush()
        except JournalFailed:
            return  # it waits on: the next outcome or message tells whoever is concerned
