"""The stores, each behind the same fixture: whatever holds for one holds for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autogen.stores.sharing import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autogen.stores.tables.journal import TableJournal


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a journal may be: a path, or a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "chat.db")
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def journal(place: str) -> Iterator[TableJournal]:
    journal = open_journal(place)
    yield journal
    journal.close()
