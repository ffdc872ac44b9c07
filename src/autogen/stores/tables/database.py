"""The port between a journal and where its tables are: SQLite (`sqlite/`) and PostgreSQL (`postgres/`) stand below it.

There are two tables, `runs` and `records`. Statements are in the words that all kinds of SQL share, with `?` for a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from autogen.errors import JournalFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

T = TypeVar("T")


class Taken(Exception):
    """A row of this key is there already, or the run that it belongs to is gone."""


class Database(Protocol):
    """Where the tables are. Any thread may ask; one is served after another.

    Errors are a `JournalFailed` (nothing was done), a `JournalDamaged` (what is there cannot be read), a `NotStorable`
    (a value that no text can hold), or `Taken`.
    """

    @property
    def place(self) -> str:
        """Where it is, for messages; never with a password."""
        ...

    @property
    def is_here(self) -> bool:
        """Whether it was opened in this process, and not in one that this one was forked from."""
        ...

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute a statement, and return its rows."""
        ...

    def scan(self, statement: str, values: Sequence[Any] = ()) -> AbstractContextManager[Iterable[tuple[Any, ...]]]:
        """Execute a statement, and give its rows one after another, as far as they can be read."""
        ...

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows to `records`: all of them, or none."""
        ...

    def transact(self, work: Callable[[], T], run_id: str | None = None) -> T:
        """Do something, all of it or nothing; with a run, nobody else writes to it meanwhile."""
        ...

    def problems(self) -> list[str]:
        """Tell what is wrong with the place itself, if it can tell."""
        ...

    def tidy(self) -> None:
        """Give back the room of what was removed."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def check_is_here(database: Database) -> None:
    """Refuse to share a connection with the process that this one was forked from.

    Raises:
        JournalFailed: it would be shared.
    """
    if not database.is_here:
        raise JournalFailed(
            f"The journal {database.place} was opened in another process and forked: open it anew in this one, by its path or URL."
        )
