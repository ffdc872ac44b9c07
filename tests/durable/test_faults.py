"""The machine fails under a recorded run: full disks, read-only places, flipped bytes, clocks, signals, slow readers."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, UserProxyAgent, events, run_settings
from autogen.core.place import current_scope
from autogen.errors import InDoubt, JournalError, JournalFailed, JournalUnusable
from autogen.observers.queue import QueueObserver
from autogen.stores.sharing import journal_at, open_journal
from autogen.stores.shelf import list_runs
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing import FunctionModel, ScriptedModel, Stage
from tests.durable.crash_programs import chat_with_tools

if TYPE_CHECKING:
    from collections.abc import Generator

PAGE = 4096
root_only = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="ONLY ROOT MOUNTS A DISK: run the tests as root as well"
)


def said(text: str, run_id: str = "run") -> events.MessageSent:
    return events.MessageSent("user", run_id, 0, 1, 1.0, "assistant", {"content": text})


def contents(record: list[events.Event]) -> list[Any]:
    return [event.message["content"] for event in record if isinstance(event, events.MessageSent)]


def remount(disk: Path, how: str) -> None:
    subprocess.run(["/bin/mount", "-o", f"remount,{how}", str(disk)], check=True)


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["/bin/umount", "-l", str(disk)], check=True)


def as_data(event: events.Event) -> dict[str, Any]:
    """Return an event without how long it took: that is recorded to the microsecond."""
    return {**events.to_dict(event), "duration_s": 0}


class Acknowledged:
    """Notes what was told to an observer."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.MessageSent, events.StepEnded)):
            self.events.append(as_data(event))


# --- S11: the disk is full ------------------------------------------------------------------------------------------


@root_only
def test_a_disk_that_is_full_at_any_write_loses_nothing_and_does_nothing_twice(tmp_path: Path):
    failed = 0
    with small_disk(tmp_path) as disk:
        for pages in range(0, 40, 2):
            place = disk / f"{pages}.db"
            folder = tmp_path / str(pages)
            folder.mkdir()
            open_journal(place).close()
            told, was_full = _hold_until_full(place, folder, disk / "filler", pages)
            failed += was_full
            with journal_at(place) as journal:
                recorded = list(map(as_data, journal.events("certified"))) if told else []
            assert [event for event in told if event not in recorded] == []
            _go_on(place, folder)
            place.unlink()
    assert 5 < failed < 20


def _hold_until_full(place: Path, folder: Path, filler: Path, pages: int) -> tuple[list[dict[str, Any]], bool]:
    """Hold a chat where only so many pages are left; return what was told, and whether it failed."""
    told = Acknowledged()
    journal = open_journal(place)
    free = os.statvfs(place.parent)
    filler.write_bytes(bytes(max(0, free.f_bavail - 8 - pages) * PAGE))  # the index of the log takes eight
    try:
        with run_settings(observers=[told]):
            chat_with_tools(Stage(journal, folder))
    except JournalFailed as error:
        assert "Make room on the disk" in str(error)  # noqa: PT017 - it may fail, and then in these words
        return told.events, True
    finally:
        with suppress(JournalFailed):
            journal.close()
        filler.unlink()
    return told.events, False


def _go_on(place: Path, folder: Path) -> None:
    with journal_at(place) as journal:
        try:
            transcript = chat_with_tools(Stage(journal, folder))
            assert [words for _, _, words in transcript][-1] == "Sent. TERMINATE"
        except InDoubt as doubt:
            assert doubt.name == "mail"  # noqa: PT017 - it may be, and nothing else
    ledger = (folder / "ledger.txt").read_text() if (folder / "ledger.txt").exists() else ""
    assert ledger == "mail to ann@example.org\n"


# --- S13: the place cannot be written -------------------------------------------------------------------------------


@root_only
def test_a_read_only_disk_is_told_before_a_model_is_asked_and_also_when_it_becomes_so(tmp_path: Path):
    model = ScriptedModel("never said")
    with small_disk(tmp_path) as disk:
        journal = SQLiteJournal(disk / "chat.db")
        journal.append(said("before"))
        journal.close()
        remount(disk, "ro")
        with pytest.raises(JournalUnusable, match="cannot be written here"), run_settings(journal=disk / "chat.db"):
            AssistantAgent("assistant", model=model).run_sync("Hello.")
        assert model.requests == []
        remount(disk, "rw")
        with journal_at(disk / "chat.db") as journal:
            assert contents(journal.events("run")) == ["before"]


# --- S14: the file is damaged ---------------------------------------------------------------------------------------


def test_a_flipped_byte_anywhere_is_a_typed_error_or_harms_one_text(tmp_path: Path):
    whole = tmp_path / "whole.db"
    with journal_at(whole) as journal:
        for number in range(60):
            journal.append(said(f"message {number} " * 10))
            journal.append(
                events.StepEnded("a", "run", number, 1, 1.0, "tool", "add", {"ok": True, "content": "x" * 30})
            )
        journal.flush()
        expected = [events.to_dict(event) for event in journal.events("run")]
    data = whole.read_bytes()
    chance = random.Random(14)  # noqa: S311 - places, not secrets
    outcomes = {"same": 0, "other": 0, "error": 0}
    for number in range(150):
        flipped = bytearray(data)
        flipped[chance.randrange(len(data)) if number > 40 else number * 2] ^= 1 << chance.randrange(8)
        place = tmp_path / "flipped.db"
        place.write_bytes(flipped)
        outcomes[_outcome(place, expected)] += 1
        assert len(expected) == 120
    assert outcomes["same"] > 10
    assert outcomes["error"] > 10


def _outcome(place: Path, expected: list[dict[str, Any]]) -> str:
    journal = None
    try:
        journal = open_journal(place)
        recorded = [events.to_dict(event) for event in journal.read("run")]
        list_runs(journal)
    except JournalError:
        return "error"
    finally:
        if journal is not None:
            journal.close()
    return "same" if recorded == expected else "other"


# --- S17: a network file system -------------------------------------------------------------------------------------


@root_only
def test_a_network_file_system_is_refused_because_of_its_locks(tmp_path: Path):
    folder = tmp_path / "of a server"
    folder.mkdir()
    escaped = str(folder).replace(" ", "\\040")
    table = tmp_path / "mountinfo"
    table.write_text(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:41 / {escaped} rw - nfs4 server:/home rw\n")
    code = f"from autogen.stores.sqlite import SQLiteJournal\nSQLiteJournal({str(folder / 'chat.db')!r})"
    script = f'mount --bind "{table}" /proc/$$/mountinfo && exec "{sys.executable}" -c "$0"'
    done = subprocess.run(
        ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, code], capture_output=True, text=True, check=False
    )
    assert "lies on a network file system (nfs4), whose locks cannot be relied on" in done.stderr


# --- S18: the clock jumps -------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_nothing_but_the_times(journal: str):
    class Jumping:
        def __init__(self) -> None:
            self.times: list[float] = []

        def on_event(self, event: events.Event) -> None:
            scope = current_scope()
            if scope is not None:
                scope.run.now = lambda: 1e9 * (1 if len(self.times) % 2 else 2)
            self.times.append(event.time)

    jumping = Jumping()
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="Go on.")

    def hold(model: Any, *observers: Any) -> Any:
        with run_settings(journal=journal, run_id="job", resume=True, observers=observers):
            return user.initiate_chat(AssistantAgent("assistant", model=model), message="Begin.", max_turns=3)

    first = hold(FunctionModel(lambda request: f"Part {len(request.messages)}."), jumping)
    assert jumping.times != sorted(jumping.times)
    assert hold(ScriptedModel(name="function")).chat_history == first.chat_history
    with journal_at(journal) as opened:
        assert contents(opened.events("job")) == [message["content"] for message in first.chat_history]


def test_a_run_whose_owners_clock_was_ahead_is_not_held_for_ever(journal: str):
    first = open_journal(journal)
    first.append(said("mine"))
    first.flush()
    other = open_journal(journal)
    other.database.execute("UPDATE runs SET owner_key = '1/1/elsewhere', heartbeat = heartbeat + 1000000")
    assert contents(other.begin("run", resume=True).events) == ["mine"]
    other.close()
    with suppress(JournalError):
        first.close()


# --- S19: fork and spawn --------------------------------------------------------------------------------------------


def test_a_journal_is_not_sent_to_a_process_that_is_spawned(journal: str):
    with journal_at(journal) as opened:
        process = multiprocessing.get_context("spawn").Process(target=print, args=(opened,))
        with pytest.raises(TypeError, match="give its path or URL, and open it there"):
            process.start()


def test_a_process_that_was_forked_in_the_middle_of_a_run_cannot_write_to_it(journal: str):
    told: list[str] = []

    def reply(request: Any) -> str:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                current_scope().run.journal.append(said("from the child", "job"))  # type: ignore[union-attr]
            except JournalFailed as error:
                os.write(writer, str(error).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as answer:
            told.append(answer.read())
        os.waitpid(child, 0)
        return "done"

    with run_settings(journal=journal, run_id="job", observers=[]):
        AssistantAgent("assistant", model=FunctionModel(reply)).run_sync("Fork.")
    assert "open it anew" in told[0]
    with journal_at(journal) as opened:
        assert contents(opened.events("job")) == ["Fork.", "done"]


# --- S21: no descriptor is left -------------------------------------------------------------------------------------


def test_a_process_without_descriptors_goes_on_recording_and_opens_nothing_new(journal: str, tmp_path: Path):
    opened = open_journal(journal)
    opened.append(said("before"))
    opened.flush()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    files: list[int] = []
    try:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (max(int(file.name) for file in Path("/proc/self/fd").iterdir()) + 4, before[1])
        )
        with suppress(OSError):
            while True:
                files.append(os.open(os.devnull, os.O_RDONLY))
        opened.append(said("with none left"))
        opened.flush()
        with pytest.raises(JournalError):
            open_journal(journal if "://" in journal else tmp_path / "other.db")
    finally:
        for file in files:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    opened.append(said("after"))
    assert contents(opened.events("run")) == ["before", "with none left", "after"]
    opened.close()


# --- S22: signals ---------------------------------------------------------------------------------------------------

PROGRAM = """
import sys, time
from autogen import AssistantAgent, UserProxyAgent, run_settings, tool
from autogen.testing import FunctionModel, calls

@tool(effect="pure")
def wait() -> str:
    '''Wait.'''
    try:
        print("waiting", flush=True)
        time.sleep(60)
    finally:
        if "slow" in sys.argv[0]:
            print("cleaning up", flush=True)
            time.sleep(60)

def reply(request):
    return calls("wait") if len(request.messages) < 5 else "never"

user = UserProxyAgent("user", tools=[wait], human_input_mode="NEVER")
with run_settings(observers=[]):
    user.initiate_chat(AssistantAgent("assistant", model=FunctionModel(reply)), message="Hello there.")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("name", ["quick", "slow"])
def test_a_signal_ends_a_recorded_program_in_order_and_a_second_one_at_once(
    number: signal.Signals, name: str, tmp_path: Path
):
    journal = str(tmp_path / "chat.db")
    with journal_at(journal) as opened:
        opened.begin("job")
    program = tmp_path / f"{name}.py"
    program.write_text(PROGRAM)
    command = [Path(sys.executable).with_name("autogen"), "resume", "job", program, "--journal", journal]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(number)
        if name == "slow":
            assert process.stdout.readline() == "cleaning up\n"
            process.send_signal(number)
        assert process.wait(10) == 130
    with journal_at(journal) as opened:
        (run,) = list_runs(opened)
        assert (run.state, contents(opened.events("job"))[0]) == ("cancelled", "Hello there.")


# --- C4, C6: many messages, slow readers ----------------------------------------------------------------------------


def test_a_record_grows_by_what_is_said_and_not_by_what_is_there(tmp_path: Path):
    sizes: list[int] = []
    for turns in (1000, 2000):
        first, second = (
            AssistantAgent(
                name, model=FunctionModel(lambda _: "A reply of some length."), max_consecutive_auto_reply=10**6
            )
            for name in ("first", "second")
        )
        place = tmp_path / f"{turns}.db"
        with run_settings(journal=place, observers=[]):
            first.initiate_chat(second, message="Hello.", max_turns=turns // 2)
        sizes.append(place.stat().st_size)
    assert sizes[1] < 2.1 * sizes[0]


async def test_a_reader_that_is_too_slow_is_told_and_finds_the_rest_in_the_journal(journal: str):
    queue = QueueObserver(capacity=10)
    model = FunctionModel(lambda request: f"reply {len(request.messages)}")
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="Go on.")
    with run_settings(journal=journal, run_id="job", observers=[queue]):
        await user.a_initiate_chat(AssistantAgent("assistant", model=model), message="Talk.", max_turns=20)
    queue.end()
    read = [event async for event in queue if not isinstance(event, events.TokenStreamed)]
    assert any(isinstance(event, events.NoticeRaised) and "the reader is too slow" in event.text for event in read)
    with journal_at(journal) as opened:
        record = opened.events("job")
    kept = list(map(as_data, record))
    assert {type(event) for event in read if as_data(event) not in kept} == {events.NoticeRaised}
    assert len(contents(record)) == 40
