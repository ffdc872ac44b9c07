"""The journal in a file: what goes in comes out, after any end of the process, and what cannot be used is refused."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, UserProxyAgent, events, run_settings
from autogen.errors import (
    JournalDamaged,
    JournalFailed,
    JournalUnusable,
    LeaseLost,
    NotStorable,
    RunExists,
    RunInUse,
    UnknownRun,
)
from autogen.messages import ChatMessage
from autogen.stop_reason import StopReason
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing import ScriptedModel
from autogen.usage import Usage

COMMON = ("assistant", "run", 3, 1, 17.5)
LONG = "what was said, at some length"
EVERY_KIND = [
    events.RunStarted(*COMMON),
    events.ChatStarted(*COMMON, ("a", "b"), 1),
    events.MessageSent(*COMMON, "user", ChatMessage(role="assistant", content="hi")),
    events.MessageSent(*COMMON, "user", ChatMessage(content=[{"type": "text", "text": "parts"}])),
    events.StepStarted(*COMMON, "model", "gpt", {"messages": 2}),
    events.StepEnded(*COMMON, "model", "gpt", {"role": "assistant", "content": LONG}, Usage(3, 4, cost_usd=0.1)),
    events.MessageSent(*COMMON, "user", ChatMessage(content=LONG), True),
    events.StepEnded(*COMMON, "tool", "add", {"ok": True, "content": LONG + "!", "extras": {"text": 1}}),
    events.StepEnded(*COMMON, "tool", "add", {"ok": False, "content": "", "trace": "Traceback"}),
    events.MessageSent(
        *COMMON,
        "user",
        {
            "role": "tool",
            "content": f"{LONG}!\n\nother",
            "tool_responses": [
                {"tool_call_id": "1", "role": "tool", "content": LONG + "!"},
                {"tool_call_id": "2", "role": "tool", "content": "other"},
            ],
        },
    ),
    events.StepEnded(
        *COMMON, "code", "Local", {"exit_code": 0, "output": LONG}, None, None, 0.25, True, {"place": "x"}
    ),
    events.StepEnded(*COMMON, "human", "human", "the words of a human"),
    events.StepEnded(*COMMON, "human", "human", ""),
    events.StepEnded(*COMMON, "model", "free", {"content": "x"}, Usage(3, 4, cost_usd=0.0)),
    events.StepEnded(*COMMON, "model", "unknown", {"content": "x"}, Usage(0, 4)),
    events.StepEnded(*COMMON, "model", "gpt", None, None, "RateLimited: later"),
    events.InputRequested(*COMMON, "Yes? ", True),
    events.AutoReplied(*COMMON, True),
    events.SpeakerSelected(*COMMON, "ann", "drawn"),
    events.RetryScheduled(*COMMON, "gpt", 1, 0.5, "429"),
    events.ModelSwitched(*COMMON, "gpt", "other", "500"),
    events.CallQueued(*COMMON, "gpt", "tokens_per_minute", 2),
    events.NoticeRaised(*COMMON, "warning", "look"),
    events.ChatEnded(*COMMON, StopReason("max_turns"), 4, 0, False, 12, 0.5, 0, 2, 1.5),
    events.RunResumed(*COMMON, "process 1 on host", 2, 3),
    events.RunEnded(*COMMON, StopReason("answered", "assistant", "done")),
]


def said(text: Any, run_id: str = "run") -> events.MessageSent:
    message: Any = text if isinstance(text, dict) else {"content": text}
    return events.MessageSent("user", run_id, 0, 1, 1.0, "assistant", message)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def journal(path: Path) -> Any:
    journal = SQLiteJournal(path)
    yield journal
    journal.close()


def test_every_kind_of_event_comes_back_as_it_was(journal: SQLiteJournal):
    for event in EVERY_KIND:
        journal.append(event)
    journal.flush()
    assert list(map(events.to_dict, journal.events("run"))) == list(map(events.to_dict, EVERY_KIND))


@pytest.mark.parametrize(
    "text",
    [
        "lone \ud800 surrogate",
        "nul \0 inside",
        "\u202e bidi",
        "日本語のテキストです、長い",
        "",
        "a" * 100_000,
        '{"text": 1}',
    ],
)
def test_any_text_survives_once_and_as_the_outcome_of_a_step(journal: SQLiteJournal, text: str):
    given = [
        said(text),
        events.StepEnded(*COMMON, "tool", "add", {"ok": True, "content": text}),
        said({"content": None, "extras": {"text": text, "of": 1, "answers": [1]}}),
        said({"role": "tool", "content": text, "tool_responses": [{"tool_call_id": "1", "content": text}]}),
    ]
    for event in given:
        journal.append(event)
    assert list(map(events.to_dict, journal.events("run"))) == list(map(events.to_dict, given))


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}, b"bytes", lambda context: "called"])
def test_what_is_not_json_is_refused_and_the_record_goes_on(journal: SQLiteJournal, value: Any):
    journal.append(said("before"))
    with pytest.raises(NotStorable, match="JSON values only"):
        journal.append(said({"content": "x", "context": {"value": value}}))
    journal.append(said("after"))
    assert [event.message["content"] for event in journal.events("run")] == ["before", "after"]  # type: ignore[union-attr]


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


def test_many_runs_share_a_file(journal: SQLiteJournal):
    for number in range(20):
        journal.append(said(f"of {number}", f"run {number}"))
    assert [len(journal.events(f"run {number}")) for number in range(20)] == [1] * 20
    with pytest.raises(UnknownRun, match="run 20"):
        journal.events("run 20")


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


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(JournalUnusable, match="no permission"):
        SQLiteJournal(tmp_path / "chat.db")


def test_a_cut_file_is_refused_or_read_as_far_as_it_goes(path: Path):
    journal = SQLiteJournal(path)
    for number in range(400):
        journal.append(said(f"message {number} " * 20))
    journal.close()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises((JournalUnusable, JournalDamaged), match=r"damaged|malformed"):
        SQLiteJournal(path).events("run")


def test_damage_in_a_record_names_the_place_and_gives_what_can_be_read(path: Path, journal: SQLiteJournal):
    for number in range(4):
        journal.append(said(str(number)))
    other = sqlite3.connect(path)
    other.execute("UPDATE records SET facts = 'no json' WHERE position = 3")
    other.commit()
    other.close()
    with pytest.raises(JournalDamaged, match="after position 2") as caught:
        journal.events("run")
    assert [event.message["content"] for event in caught.value.events] == ["0", "1"]


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


def test_a_run_is_held_by_one_at_a_time(path: Path, journal: SQLiteJournal):
    journal.begin("run")
    with pytest.raises(RunInUse, match="this very process"):
        journal.begin("run", resume=True)
    other = SQLiteJournal(path)
    with pytest.raises(RunInUse, match=rf"process {os.getpid()} on .* since 20.*UTC"):
        other.begin("run", resume=True)
    journal.end("run")
    other.begin("run", resume=True)
    other.close()


def test_a_run_of_that_name_is_not_begun_anew(journal: SQLiteJournal):
    journal.begin("run")
    journal.end("run")
    with pytest.raises(RunExists, match="resume=True"):
        journal.begin("run")


def test_whoever_was_taken_over_cannot_go_on(path: Path, journal: SQLiteJournal):
    journal.append(said("mine"))
    other = SQLiteJournal(path)
    other.connection.execute("UPDATE runs SET owner_key = '1/1/elsewhere', heartbeat = 0")  # not heard of for long
    assert len(other.begin("run", resume=True).events) == 2
    with pytest.raises(LeaseLost, match="taken over"):
        journal.append(said("too late"))
    with pytest.raises(LeaseLost, match="taken over"):
        journal.append(said("again"))
    journal.append(said("another run is none the worse", "other"))
    other.append(said("his"))
    told = [event.message["content"] for event in other.events("run") if isinstance(event, events.MessageSent)]
    other.close()
    assert told == ["mine", "his"]


_KILLED = """
import os, signal, sys
from autogen import events
from autogen.stores.sqlite import SQLiteJournal
journal = SQLiteJournal(sys.argv[1])
for number in range(200):
    journal.append(events.MessageSent("user", "run", 0, 1, 1.0, "assistant", {"content": str(number)}))
    print(number, flush=True)
    if number == 100:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_acknowledged_is_there_after_kill_9_and_the_run_is_free(path: Path):
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == -9
    acknowledged = done.stdout.split()
    journal = SQLiteJournal(path)
    recorded = journal.begin("run", resume=True).events
    journal.close()
    assert [event.message["content"] for event in recorded[:-1]] == acknowledged  # type: ignore[union-attr]


def test_a_forked_child_is_told_to_open_its_own(journal: SQLiteJournal):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            journal.append(said("from the child"))
        except JournalFailed as error:
            os.write(writer, str(error).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    assert "open it anew" in told


def test_a_journal_is_not_pickled(journal: SQLiteJournal):
    with pytest.raises(TypeError, match="give its path"):
        pickle.dumps(journal)


def test_power_loss_is_a_setting(path: Path):
    journal = SQLiteJournal(path, durability="power")
    journal.append(said("x"))
    assert journal.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()
    with pytest.raises(ValueError, match="'process' or 'power'"):
        SQLiteJournal(path, durability="none")  # type: ignore[arg-type]


def test_a_marker_of_ours_in_a_users_data_is_data(journal: SQLiteJournal):
    message = {"content": None, "text": "t", "of": 1, "answers": [7], "same_as": 3, "tool_responses": [{"of": 1}]}
    journal.append(said(message))
    assert journal.events("run")[0].message == json.loads(json.dumps(message))  # type: ignore[union-attr]


def test_blocks_that_name_one_file_share_it_and_close_it(path: Path):
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, max_consecutive_auto_reply=0)
    with run_settings(journal=path, observers=[]), run_settings(journal=str(path)):
        user.initiate_chat(AssistantAgent("assistant", model=ScriptedModel("hi")), message="Hello.")
    assert not path.with_name("chat.db-wal").exists()
