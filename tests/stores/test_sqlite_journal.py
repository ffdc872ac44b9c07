"""The journal in a file: it is small, it reads in any SQLite shell, and what cannot be used is refused."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, ConversableAgent, events, run_settings
from autogen.errors import JournalDamaged, JournalFailed, JournalUnusable
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Generator

COMMON = ("assistant", "run", 3, 1, 17.5)


def said(text: str, run_id: str = "run") -> events.MessageSent:
    return events.MessageSent("user", run_id, 0, 1, 1.0, "assistant", {"content": text})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def journal(path: Path) -> Any:
    journal = SQLiteJournal(path)
    yield journal
    journal.close()


def test_a_text_is_stored_once_whatever_the_number_of_rows_that_hold_it(journal: SQLiteJournal, path: Path):
    text = "x" * 10_000
    for _ in range(50):
        journal.append(events.StepEnded(*COMMON, "model", "gpt", {"content": text}))
        journal.append(said(text))
    journal.close()
    assert path.stat().st_size < 50_000


def test_three_hundred_turns_take_less_than_200_kb(path: Path):
    first, second = (
        ConversableAgent(
            name, model=ScriptedModel(*["A reply of some length, as they are."] * 300), human_input_mode="NEVER"
        )
        for name in ("first", "second")
    )
    with run_settings(journal=path):
        first.initiate_chat(second, message="Hello.", max_turns=150, silent=True)
    assert path.stat().st_size < 200_000


def test_the_file_reads_in_a_plain_sqlite_shell(path: Path):
    with run_settings(journal=path, run_id="job", observers=[]):
        AssistantAgent("assistant", model=ScriptedModel("It is four, as you could have known.")).run_sync("2 + 2?")
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT run, speaker, listener, text FROM said").fetchall()
    ended = connection.execute("SELECT id, reason, messages, agents, opening, owner FROM runs").fetchall()
    connection.close()
    assert rows == [
        ("job", "user", "assistant", "2 + 2?"),
        ("job", "assistant", "user", "It is four, as you could have known."),
    ]
    assert ended == [("job", "answered", 2, "user, assistant", "2 + 2?", None)]


# --- a file that cannot be used -------------------------------------------------------------------------------------


def test_a_missing_folder_is_named_before_anything_is_asked(tmp_path: Path):
    model = ScriptedModel("never said")
    with pytest.raises(JournalUnusable, match="no folder"), run_settings(journal=tmp_path / "not there" / "chat.db"):
        AssistantAgent("assistant", model=model).run_sync("Hello.")
    assert model.requests == []


def test_a_folder_is_not_a_journal(tmp_path: Path):
    with pytest.raises(JournalUnusable, match="is a folder"):
        SQLiteJournal(tmp_path)


def test_a_foreign_file_is_left_as_it_is(path: Path):
    path.write_text("notes of mine")
    with pytest.raises(JournalUnusable, match="no SQLite file"):
        SQLiteJournal(path)
    assert path.read_text() == "notes of mine"


def test_the_database_of_another_program_is_left_as_it_is(path: Path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(JournalUnusable, match="another program"):
        SQLiteJournal(path)
    assert path.read_bytes() == before


def test_a_journal_of_a_newer_version_says_so(path: Path):
    SQLiteJournal(path).close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(JournalUnusable, match="newer autogen"):
        SQLiteJournal(path)


def test_an_empty_file_becomes_a_journal(path: Path):
    path.touch()
    SQLiteJournal(path).close()
    assert path.stat().st_size > 0


@contextmanager
def ordinary_user() -> Generator[None]:
    """Be one, for root may write anywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("mode", [0o000, 0o500, 0o555, 0o666])
def test_a_place_that_cannot_be_written_is_named(mode: int):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "inner").mkdir(mode=0o755)
        Path(folder).chmod(mode)
        for place in (Path(folder), Path(folder, "inner")):
            if place.name != "inner" or not mode & 0o111:
                with ordinary_user(), pytest.raises(JournalUnusable, match="no permission"):
                    SQLiteJournal(place / "chat.db")
        Path(folder).chmod(0o700)


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path):
    with pytest.raises(JournalUnusable, match="name too long"):
        SQLiteJournal(tmp_path / ("x" * 300))


def test_a_cut_file_is_refused_or_read_as_far_as_it_goes(path: Path):
    journal = SQLiteJournal(path)
    for number in range(400):
        journal.append(said(f"message {number} " * 20))
    journal.close()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises((JournalUnusable, JournalDamaged), match=r"damaged|malformed"):
        SQLiteJournal(path).events("run")


def test_a_full_disk_is_told_before_anything_is_acknowledged_and_it_goes_on_later(journal: SQLiteJournal):
    journal.append(said("before"))
    pages = journal.connection.execute("PRAGMA page_count").fetchone()[0]
    journal.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalFailed, match="Make room"):
        journal.append(said("x" * 100_000))
    journal.connection.execute("PRAGMA max_page_count = 1000000")
    journal.append(said("after"))
    assert [event.message["content"] for event in journal.events("run")] == ["before", "after"]  # type: ignore[union-attr]


# --- one process at a time ------------------------------------------------------------------------------------------


def test_power_loss_is_a_setting(path: Path):
    journal = SQLiteJournal(path, durability="power")
    journal.append(said("x"))
    assert journal.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()
    with pytest.raises(ValueError, match="'process' or 'power'"):
        SQLiteJournal(path, durability="none")  # type: ignore[arg-type]
