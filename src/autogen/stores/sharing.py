"""Journals by path: all that use one in this process at the same time share it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.stores.sqlite import SQLiteJournal

if TYPE_CHECKING:
    from collections.abc import Generator


_opened: dict[Path, tuple[SQLiteJournal, int]] = {}
_opening = threading.Lock()


@contextmanager
def journal_at(path: str | Path) -> Generator[SQLiteJournal]:
    """Open the journal at a path, or share the one that is open."""
    place = Path(path).absolute()
    with _opening:
        journal, users = _opened.get(place, (None, 0))
        if journal is None or not journal.is_here:
            journal, users = SQLiteJournal(place), 0
        _opened[place] = (journal, users + 1)
    try:
        yield journal
    finally:
        with _opening:
            users = _opened[place][1] - 1
            _opened[place] = (journal, users)
            if not users:
                del _opened[place]
                journal.close()
