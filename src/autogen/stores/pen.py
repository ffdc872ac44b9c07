"""The pen: rows that wait to be written, and the transactions that write them, one run's fault apart from another's."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from autogen.errors import JournalFailed, NotStorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from autogen.stores.held import Held, Statement

_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT = f"INSERT INTO records VALUES {_ROW}"  # noqa: S608 - of constants
_FEW = 4
_INSERTS = [f"INSERT INTO records VALUES {', '.join([_ROW] * count)}" for count in range(_FEW + 1)]  # noqa: S608 - of constants

T = TypeVar("T")


class Pen:
    """Writes to the file of a journal; whoever uses it holds the journal's lock.

    Args:
        path: of the file, for messages.
        connection: to it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        self._rows: list[tuple[Any, ...]] = []
        self._notes: list[Statement] = []
        self._process_id = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether the file was opened in this process, and not in one that this one was forked from."""
        return self._process_id == os.getpid()

    def add(self, held: Held, row: tuple[Any, ...], note: Statement | None) -> None:
        """Have a row of a run wait, and what is to change in the table of runs."""
        self._rows.append((held.number, *row))
        self.note(note)

    def note(self, note: Statement | None) -> None:
        """Have a change in the table of runs wait."""
        if note is not None:
            self._notes.append(note)

    def take_back(self, *, has_note: bool) -> bool:
        """Forget the newest row, which nobody was told of; `False` if nothing waits any more."""
        if not self._rows:
            return False
        self._rows.pop()
        if has_note:
            self._notes.pop()
        return True

    def write(self, runs: Iterable[Held]) -> None:
        """Write what waits. A run that another process has taken over is marked as lost, and what waits of it dropped.

        Raises:
            JournalFailed: it could not be written; it waits on.
        """
        rows, notes = self._rows, self._notes
        if not rows and not notes:
            return
        try:
            if len(rows) <= _FEW and not notes:
                self._insert_at_once(rows)
            else:
                self.transact(lambda: self._write(rows, notes))
        except sqlite3.IntegrityError:  # a position is taken: by another owner of that run
            self._write_apart(runs)
        else:
            self._rows, self._notes = [], []

    def transact(self, work: Callable[[], T]) -> T:
        """Do something as one transaction.

        Raises:
            JournalFailed: it could not be done, and nothing was.
        """
        self.check_process()
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            done = work()
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                raise JournalFailed(f"The journal {self._path} cannot be written: {error}. {_cure(error)}") from error
            if isinstance(error, UnicodeEncodeError):
                raise NotStorable(f"A name holds a lone surrogate, which no text can: {error.object!r}.") from error
            raise
        return done

    def check_process(self) -> None:
        """Refuse to share a file with the process that this one was forked from.

        Raises:
            JournalFailed: it would be shared.
        """
        if not self.is_here:
            raise JournalFailed(
                f"The journal {self._path} was opened in another process and forked: open it anew in this one, by its path."
            )

    def _insert_at_once(self, rows: list[tuple[Any, ...]]) -> None:
        """Write a few rows by one statement, which is a transaction by itself: half the price."""
        self.check_process()
        try:
            self._connection.execute(_INSERTS[len(rows)], sum(rows, ()))
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, UnicodeEncodeError):
            self.transact(lambda: self._write(rows, []))  # tells the error, if it is there again

    def _write(self, rows: list[tuple[Any, ...]], notes: list[Statement]) -> None:
        self._connection.executemany(INSERT, rows)
        for statement, values in notes:
            self._connection.execute(statement, values)

    def _write_apart(self, runs: Iterable[Held]) -> None:
        rows, notes = self._rows, self._notes
        self._rows, self._notes = [], []
        for held in runs:
            own = [row for row in rows if row[0] == held.number]
            own_notes = [note for note in notes if note[1][-1] == held.number]
            try:
                self.transact(partial(self._write, own, own_notes))
            except sqlite3.IntegrityError:
                held.is_lost = True


def _cure(error: sqlite3.Error) -> str:
    words = str(error)
    if "full" in words:
        return "Make room on the disk, and go on with the run (resume=True)."
    if "locked" in words:
        return "Another program holds the file; end it, and go on with the run (resume=True)."
    return "Nothing of this record was kept; what was recorded before it is there."
