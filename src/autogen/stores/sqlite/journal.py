"""The journal in a file: SQLite in WAL mode, many runs in one file.

What is said is on disk when `append` returns, and what came back when `commit` does, before anybody is told (`core/step.py`);
the rest follows with it, or within a moment.
Nothing acknowledged is lost when the process is killed; with `durability="power"`, nor when the power fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autogen.stores.lease import ProcessPresence
from autogen.stores.sqlite.database import SQLiteDatabase
from autogen.stores.tables.journal import TableJournal
from autogen.stores.tables.pen import PromptPen

if TYPE_CHECKING:
    from autogen.stores.sqlite.schema import Durability


class SQLiteJournal(TableJournal):
    """Keeps the record of runs in a file.

    Args:
        path: of the file; it is made if there is none.
        durability: what nothing is lost by: "process" (kill -9) or "power" (a power cut; some 3 ms for each record).

    Attributes:
        connection: the open file, for questions in SQL.

    Raises:
        JournalUnusable: the file cannot be used; the message names the cure.
    """

    def __init__(self, path: str | Path, *, durability: Durability = "process") -> None:
        self.path = Path(path).absolute()
        self.durability = durability
        database = SQLiteDatabase(self.path, durability)
        self.connection = database.connection
        self._presence = ProcessPresence()
        super().__init__(database, PromptPen(database, database.lock), self._presence)

    def close(self) -> None:
        """Let go of all runs and of the file; what another process has opened is left to it."""
        try:
            super().close()
        finally:
            self._presence.leave()
