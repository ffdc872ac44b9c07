"""What holds for every store: what goes in comes out, after any end of the process; one writes at a time."""

from __future__ import annotations

import json
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from autogen import AssistantAgent, UserProxyAgent, events, run_settings
from autogen.core.human import CallbackHuman
from autogen.errors import (
    JournalDamaged,
    JournalFailed,
    LeaseLost,
    NotStorable,
    RunExists,
    RunInUse,
    UnknownRun,
)
from autogen.guards.redacted import RedactedJournal
from autogen.messages import ChatMessage
from autogen.redaction import Redactor
from autogen.stop_reason import StopReason
from autogen.stores.sharing import journal_at, open_journal
from autogen.stores.tables.heartbeat import Heartbeat
from autogen.stores.tables.journal import TableJournal
from autogen.stores.tables.reading import read_said
from autogen.testing import ScriptedModel
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    events.ToolEndedLate(*COMMON, "send", "call_1", True, "sent", 9.5),
    events.NoticeRaised(*COMMON, "warning", "look"),
    events.ChatEnded(*COMMON, StopReason("max_turns"), 4, 0, False, 12, 0.5, 0, 2, 1.5),
    events.RunResumed(*COMMON, "process 1 on host", 2, 3),
    events.RunEnded(*COMMON, StopReason("answered", "assistant", "done")),
]


def said(text: Any, run_id: str = "run") -> events.MessageSent:
    message: Any = text if isinstance(text, dict) else {"content": text}
    return events.MessageSent("user", run_id, 0, 1, 1.0, "assistant", message)


def test_every_kind_of_event_comes_back_as_it_was(journal: TableJournal):
    for event in EVERY_KIND:
        journal.append(event)
    journal.flush()
    assert list(map(events.to_dict, journal.events("run"))) == list(map(events.to_dict, EVERY_KIND))
    messages = [event for event in EVERY_KIND if isinstance(event, events.MessageSent)]
    assert list(map(events.to_dict, read_said(journal.database, "run"))) == list(map(events.to_dict, messages))


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
def test_any_text_survives_once_and_as_the_outcome_of_a_step(journal: TableJournal, text: str):
    reply = {"ok": True, "content": text}
    given = [
        said(text),
        events.StepEnded(*COMMON, "tool", "add", reply),
        events.MessageSent(*COMMON, "user", cast("ChatMessage", reply)),  # to the letter, what the step came back with
        said({"content": None, "extras": {"text": text, "of": 1, "answers": [1]}}),
        said({"role": "tool", "content": text, "tool_responses": [{"tool_call_id": "1", "content": text}]}),
    ]
    for event in given:
        journal.append(event)
    assert list(map(events.to_dict, journal.events("run"))) == list(map(events.to_dict, given))
    assert [event.message for event in read_said(journal.database, "run")] == [
        event.message for event in given if isinstance(event, events.MessageSent)
    ]


def test_whoever_keeps_the_error_of_a_damaged_run_keeps_no_other_thread_from_the_store(journal: TableJournal):
    for number in range(600):  # more than are read at once
        journal.append(said(f"{number}", "cut"))
    journal.append(said("before", "whole"))
    journal.flush()
    journal.database.execute(
        "UPDATE records SET facts = '{' WHERE position = 1 AND run = (SELECT number FROM runs WHERE id = 'cut')"
    )
    with pytest.raises(JournalDamaged, match="'cut'") as kept:
        journal.events("cut")
    other = threading.Thread(target=journal.append, args=(said("after", "whole"),), daemon=True)
    other.start()
    other.join(10)
    assert not other.is_alive()
    assert kept.value.events == []
    assert said_in(journal.events("whole")) == ["before", "after"]


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}, b"bytes", lambda context: "called"])
def test_what_is_not_json_is_refused_and_the_record_goes_on(journal: TableJournal, value: Any):
    journal.append(said("before"))
    with pytest.raises(NotStorable, match="JSON values only"):
        journal.append(said({"content": "x", "context": {"value": value}}))
    journal.append(said("after"))
    assert [event.message["content"] for event in journal.events("run")] == ["before", "after"]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_name_that_no_text_can_hold_is_refused_and_nobody_waits_behind_it(journal: TableJournal, name: str):
    journal.append(said("before"))
    with pytest.raises(NotStorable, match=r"The name .* cannot be recorded"):
        journal.append(events.StepStarted(name, "run", 3, 1, 17.5, "tool", "add", {}))
    journal.append(said("after"))
    journal.append(said("of another", "other"))
    assert said_in(journal.events("run")) == ["before", "after"]
    assert said_in(journal.events("other")) == ["of another"]


def test_many_runs_share_a_store(journal: TableJournal):
    for number in range(20):
        journal.append(said(f"of {number}", f"run {number}"))
    assert [len(journal.events(f"run {number}")) for number in range(20)] == [1] * 20
    with pytest.raises(UnknownRun, match="run 20"):
        journal.events("run 20")


def test_damage_in_a_record_names_the_place_and_gives_what_can_be_read(journal: TableJournal):
    for number in range(4):
        journal.append(said(str(number)))
    journal.transact(lambda: journal.database.execute("UPDATE records SET facts = 'no json' WHERE position = 3"))
    with pytest.raises(JournalDamaged, match="after position 2") as caught:
        journal.events("run")
    assert [event.message["content"] for event in caught.value.events] == ["0", "1"]


@pytest.fixture
def other(place: str) -> Iterator[TableJournal]:
    """A second one who uses the same store."""
    other = open_journal(place)
    yield other
    other.close()


def test_a_run_is_held_by_one_at_a_time(journal: TableJournal, other: TableJournal):
    journal.begin("run")
    with pytest.raises(RunInUse, match="this very process"):
        journal.begin("run", resume=True)
    with pytest.raises(RunInUse, match=rf"process {os.getpid()} on .* since 20.*UTC"):
        other.begin("run", resume=True)
    journal.end("run")
    other.begin("run", resume=True)


def test_a_run_of_that_name_is_not_begun_anew(journal: TableJournal):
    journal.begin("run")
    journal.end("run")
    with pytest.raises(RunExists, match="resume=True"):
        journal.begin("run")


def be_silent(other: TableJournal) -> None:
    """Have the owners of all runs be away, and not heard of for long."""
    other.database.execute("UPDATE runs SET owner_key = '1/1/elsewhere', heartbeat = 0")


def test_whoever_was_taken_over_cannot_go_on(journal: TableJournal, other: TableJournal):
    journal.append(said("mine"))
    journal.flush()
    be_silent(other)
    assert len(other.begin("run", resume=True).events) == 2
    with pytest.raises(LeaseLost, match="taken over"):  # noqa: PT012 - at the next record, or as soon as it is to be safe
        journal.append(said("too late"))
        journal.flush()
        journal.append(said("and this"))
    with pytest.raises(LeaseLost, match="taken over"):
        journal.append(said("again"))
    journal.append(said("another run is none the worse", "other"))
    other.append(said("his"))
    told = [event.message["content"] for event in other.events("run") if isinstance(event, events.MessageSent)]
    assert told == ["mine", "his"]
    assert len(journal.events("other")) == 1


def test_a_heartbeat_keeps_what_is_held_and_nothing_else(journal: TableJournal, other: TableJournal):
    journal.begin("run")
    other.begin("his")
    journal.transact(lambda: journal.database.execute("UPDATE runs SET heartbeat = 0"))
    numbers = [number for (number,) in journal.database.execute("SELECT number FROM runs")]
    Heartbeat(journal.database, journal.presence, lambda: numbers).beat()
    beats = dict(journal.database.execute("SELECT id, heartbeat FROM runs"))
    assert abs(beats["run"] - journal.presence.clock()) < 5
    assert beats["his"] == 0


async def test_a_step_of_a_run_that_was_taken_over_is_not_begun(journal: TableJournal, other: TableJournal):
    held, free = journal.begin("run").journal, journal.begin("free").journal
    be_silent(other)
    other.begin("run", resume=True)
    held.append(events.StepStarted("assistant", "run", 3, 1, 17.5, "tool", "mail", {}))
    free.append(events.StepStarted("assistant", "free", 3, 1, 17.5, "tool", "mail", {}))
    with pytest.raises(LeaseLost, match="taken over"):
        await held.commit()
    await free.commit()
    assert len(journal.events("free")) == 1


_WRITING = """
import asyncio, sys
from autogen import events
from autogen.stores.sharing import open_journal

async def write(journal, name):
    begun = await journal.a_begin(name, resume=True)
    first = sum(isinstance(event, events.MessageSent) for event in begun.events)
    for number in range(first, 100_000):
        begun.journal.append(events.StepEnded("user", name, 3, 1, 1.0, "tool", "count", {"content": str(number)}))
        begun.journal.append(events.MessageSent("user", name, 0, 1, 1.0, "assistant", {"content": str(number)}))
        await begun.journal.commit()
        print(name, number, flush=True)
        await asyncio.sleep(0)

async def main():
    journal = open_journal(sys.argv[1])
    await asyncio.gather(*(write(journal, f"run {number}") for number in range(5)))

asyncio.run(main())
"""
_RUNS = [f"run {number}" for number in range(5)]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_acknowledged_is_there_after_kill_9_and_the_runs_are_free(place: str, other: TableJournal, seed: int):
    chance = random.Random(seed)  # noqa: S311 - places, not secrets
    acknowledged = dict.fromkeys(_RUNS, 0)
    for _ in range(2):
        command = [sys.executable, "-c", _WRITING, place]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writing:
            assert writing.stdout is not None
            for _ in range(chance.randrange(1, 300)):
                _note(writing.stdout.readline(), acknowledged)
            writing.kill()
            for line in writing.stdout:
                _note(line, acknowledged)
        for run_id in _RUNS:
            told = said_in(take_when_free(other, run_id))
            assert told == list(map(str, range(len(told))))
            assert len(told) >= acknowledged[run_id]
            other.end(run_id)
    assert sum(acknowledged.values()) > 1


def _note(line: str, acknowledged: dict[str, int]) -> None:
    """Count what was told; the last line may be cut off."""
    if line.endswith("\n"):
        name, _, number = line.rpartition(" ")
        acknowledged[name] = int(number) + 1


def said_in(record: Sequence[events.Event]) -> list[object]:
    return [event.message["content"] for event in record if isinstance(event, events.MessageSent)]


def take_when_free(journal: TableJournal, run_id: str) -> list[events.Event]:
    """Go on with a run whose process is gone; a server takes a moment to notice."""
    until = time.monotonic() + 10
    while True:
        try:
            return journal.begin(run_id, resume=True).events
        except RunInUse:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_a_forked_child_is_told_to_open_its_own(journal: TableJournal):
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


def test_a_journal_is_not_pickled(journal: TableJournal):
    with pytest.raises(TypeError, match="give its path or URL"):
        pickle.dumps(journal)


def test_a_marker_of_ours_in_a_users_data_is_data(journal: TableJournal):
    message = {"content": None, "text": "t", "of": 1, "answers": [7], "same_as": 3, "tool_responses": [{"of": 1}]}
    journal.append(said(message))
    assert journal.events("run")[0].message == json.loads(json.dumps(message))  # type: ignore[union-attr]


def test_blocks_that_name_one_store_share_it_and_close_it(place: str, other: TableJournal):
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, max_consecutive_auto_reply=0)
    with (
        run_settings(journal=place, run_id="job", observers=[]),
        run_settings(journal=place),
        journal_at(place) as first,
    ):
        user.initiate_chat(AssistantAgent("assistant", model=ScriptedModel("hi")), message="Hello.")
    other.begin("job", resume=True)
    with journal_at(place) as second:
        assert second is not first
    with pytest.raises(JournalFailed, match="closed"):
        first.append(said("too late"))


def test_observers_are_told_of_nothing_that_a_crash_would_take_back(place: str, other: TableJournal):
    told: list[tuple[str, int]] = []

    class Looking:
        def on_event(self, event: events.Event) -> None:
            if isinstance(event, (events.MessageSent, events.StepEnded, events.RunEnded)):
                there = other.database.execute("SELECT count(*) FROM records WHERE type = ?", (type(event).__name__,))
                told.append((type(event).__name__, there[0][0]))

    with run_settings(journal=place, observers=[Looking()]):
        AssistantAgent("assistant", model=ScriptedModel("hi")).run_sync("Hello.")
    assert told == [("MessageSent", 1), ("StepEnded", 1), ("MessageSent", 2), ("RunEnded", 1)]


def test_a_run_that_goes_on_in_another_journal_of_this_process_is_in_use(place: str, other: TableJournal):
    with run_settings(journal=other, run_id="job", observers=[]):
        AssistantAgent("assistant", model=ScriptedModel("hi")).run_sync("Hello.")
    other.begin("job", resume=True)
    with pytest.raises(RunInUse, match="process"), run_settings(journal=place, run_id="job", resume=True, observers=[]):
        AssistantAgent("assistant", model=ScriptedModel("hi")).run_sync("Hello.")


def test_a_human_is_asked_when_what_was_said_is_told_and_kept(place: str, other: TableJournal):
    told: list[str] = []
    seen: list[tuple[list[str], list[str]]] = []

    class Noting:
        def on_event(self, event: events.Event) -> None:
            told.append(type(event).__name__)

    def answer(question: events.InputRequested) -> str:
        kept = other.database.execute("SELECT type FROM records ORDER BY position")
        seen.append((told[told.index("MessageSent") :], [name for (name,) in kept]))
        return "exit"

    user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False, human=CallbackHuman(answer))
    with run_settings(journal=place, observers=[Noting()]):
        user.initiate_chat(AssistantAgent("assistant", model=ScriptedModel("What else?")), message="Hello.")
    ((at_once, kept),) = seen
    expected = ["MessageSent", "StepStarted", "StepEnded", "MessageSent", "StepStarted"]
    assert [name for name in at_once if name in expected] == expected
    assert kept == ["RunStarted", "ChatStarted", *expected, *kept[7:]]


def test_a_journal_that_takes_secrets_out_keeps_the_rest(place: str, journal: TableJournal):
    with run_settings(journal=RedactedJournal(journal, Redactor(["hunter2-hunter2"])), run_id="job", observers=[]):
        AssistantAgent("assistant", model=ScriptedModel("Never say hunter2-hunter2.")).run_sync("Hello.")
    assert [
        str(words)
        for (run,) in journal.database.execute("SELECT id FROM runs")
        for words in said_in(journal.events(run))
    ] == [
        "Hello.",
        "Never say [redacted].",
    ]
