"""The tables in an SQLite file; one connection, served under one lock."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Never, TypeVar

from autogen.errors import JournalDamaged, JournalFailed, NotStorable
from autogen.stores.sqlite.schema import connect
from autogen.stores.tables.database import Taken, check_is_here

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

    from autogen.stores.sqlite.schema import Durability

_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT = f"INSERT INTO records VALUES {_ROW}"  # noqa: S608 - of constants
_FEW = 4
_INSERTS = [f"INSERT INTO records VALUES {', '.join([_ROW] * count)}" for count in range(_FEW + 1)]  # noqa: S608 - of constants
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

T = TypeVar("T")


class SQLiteDatabase:
    """An open file; see `Database`.

    Args:
        path: of the file.
        durability: see `SQLiteJournal`.
    """

    def __init__(self, path: Path, durability: Durability) -> None:
        self.connection = connect(path, durability)
        self.lock = threading.RLock()
        self.place = str(path)
        self._process_id = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether it was opened in this process, and not in one that this one was forked from."""
        return self._process_id == os.getpid()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute a statement, and return its rows."""
        check_is_here(self)
        with self.lock:
            try:
                return self.connection.execute(statement, values).fetchall()
            except (sqlite3.Error, UnicodeError) as error:
                self._tell(error)

    @contextmanager
    def scan(self, statement: str, values: Sequence[Any] = ()) -> Generator[Iterator[tuple[Any, ...]]]:
        """Execute a statement, and give its rows one after another; others wait until the block is left."""
        check_is_here(self)
        with self.lock, closing(self.connection.cursor()) as cursor:
            try:
                yield cursor.execute(statement, values)
            except (sqlite3.Error, UnicodeError) as error:
                self._tell(error)

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows to `records`; a few by one statement, which is a transaction by itself: half the price."""
        with self.lock:
            try:
                if len(rows) <= _FEW:
                    self.connection.execute(_INSERTS[len(rows)], sum(rows, ()))
                elif self.connection.in_transaction:
                    self.connection.executemany(_INSERT, rows)
                else:
                    self.transact(lambda: self.insert(rows))
            except (sqlite3.Error, UnicodeError) as error:
                self._tell(error)

    def transact(self, work: Callable[[], T], run_id: str | None = None) -> T:  # noqa: ARG002 - nobody else writes at all
        """Do something as one transaction."""
        check_is_here(self)
        with self.lock:
            self.execute("BEGIN IMMEDIATE")
            try:
                done = work()
                self.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        return done

    def problems(self) -> list[str]:
        """Return what SQLite's own check finds."""
        return [row[0] for row in self.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]

    def tidy(self) -> None:
        """Make the file as small as what it holds."""
        self.execute("VACUUM")

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self.connection.close()

    def _tell(self, error: sqlite3.Error | UnicodeError) -> Never:
        if isinstance(error, UnicodeEncodeError):
            raise NotStorable(f"A name holds a lone surrogate, which no text can: {error.object!r}.") from error
        if isinstance(error, sqlite3.IntegrityError):
            raise Taken(str(error)) from error
        if getattr(error, "sqlite_errorname", "").startswith(_DAMAGE) or "decode" in str(error):
            raise JournalDamaged(str(error)) from error
        raise JournalFailed(f"The journal {self.place} cannot be used: {error}. {_cure(error)}") from error


def _cure(error: Exception) -> str:
    words = str(error)
    if "full" in words:
        return "Make room on the disk, and go on with the run (resume=True)."
    if "closed" in words:
        return "Open it anew."
    if "locked" in words:
        return "Another program holds the file; end it, and go on with the run (resume=True)."
    return "Nothing of this record was kept; what was recorded before it is there."
