"""Journals by path or URL: all that use one in this process at the same time share it."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.errors import JournalUnusable
from autogen.stores.sqlite import SQLiteJournal

if TYPE_CHECKING:
    from collections.abc import Generator

    from autogen.stores.tables.journal import TableJournal


_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
_POSTGRES = frozenset({"postgres", "postgresql"})

_opened: dict[str, tuple[TableJournal, int]] = {}
_opening = threading.Lock()


def is_url(place: str | Path) -> bool:
    """Tell whether a journal is in a database that is not a file.

    Raises:
        JournalUnusable: it is a URL, and of no database that is known here.
    """
    found = _URL.match(place) if isinstance(place, str) else None
    if found is None:
        return False
    if found[1] not in _POSTGRES:
        raise JournalUnusable(
            f"A journal is the path of a file, or a URL that begins with postgresql://, and not with {found[1]}://."
        )
    return True


def open_journal(place: str | Path) -> TableJournal:
    """Open the journal at a path or URL.

    Raises:
        JournalUnusable: it cannot be used; the message names the cure.
    """
    if not is_url(place):
        return SQLiteJournal(place)
    from autogen.stores.postgres import PostgresJournal  # noqa: PLC0415 - an optional package, and slow to import

    return PostgresJournal(str(place))


@contextmanager
def journal_at(place: str | Path) -> Generator[TableJournal]:
    """Open the journal at a path or URL, or share the one that is open."""
    key = str(place) if is_url(place) else str(Path(place).absolute())
    with _opening:
        journal, users = _opened.get(key, (None, 0))
        if journal is None or not journal.is_here:
            journal, users = open_journal(place), 0
        _opened[key] = (journal, users + 1)
    try:
        yield journal
    finally:
        with _opening:
            users = _opened[key][1] - 1
            _opened[key] = (journal, users)
            if not users:
                del _opened[key]
                journal.close()
