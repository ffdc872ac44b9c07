"""`autogen worker`, `autogen submit` and `autogen submitted`, as typed; one worker holds what all of these tests submit."""

from __future__ import annotations

import base64
import pickle
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from autogen.apps.commands import run_command
from autogen.apps.work.working import load_files
from autogen.errors import QueueUnusable
from autogen.workers import find_sync, submit_sync
from autogen.workers.on_dbos import DBOSQueue
from autogen.workers.on_dbos.queue import client_at
from tests.servers.postgres_server import postgres_server
from tests.workers.conftest import PROGRAM, Crew, postgres_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.postgres_server import Server

__all__ = ["postgres_server"]

pytestmark = pytest.mark.timeout(180)  # processes are started, which takes its time on a busy machine


class Typed(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Desk:
    """The command line, and the database that it uses."""

    def __init__(self, crew: Crew, capsys: pytest.CaptureFixture[str]) -> None:
        self.crew, self._capsys = crew, capsys

    def type(self, *arguments: str) -> Typed:
        code = run_command(list(arguments))
        told = self._capsys.readouterr()
        return Typed(code, told.out, told.err)


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    folder = tmp_path_factory.mktemp("work")
    crew = Crew(str(folder / "work.db"), folder)
    crew.start()
    yield crew
    client_at(crew.database).close()
    assert crew.stop() == [0]
    crew.kill()


@pytest.fixture
def desk(one_worker: Crew, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("AUTOGEN_DATABASE", "AUTOGEN_JOURNAL"):
        monkeypatch.setenv(name, one_worker.database)
    return Desk(one_worker, capsys)


def test_a_task_is_submitted_and_followed_to_its_end(desk: Desk):
    typed = desk.type("submit", "held.py:clerk", "ann", "--id", "letter", "--wait")
    assert (typed.code, typed.out) == (0, "letter\nann: all is sent.\n")
    assert "user -> clerk:\n    ann\n" in typed.err
    assert "letter: done" in typed.err
    assert desk.type("submitted", "letter") == (0, "ann: all is sent.\n", "letter: done\n")
    assert "letter" in desk.type("journal", "ls").out


def test_a_question_is_answered_from_the_inbox_and_a_worker_goes_on_by_itself(desk: Desk):
    typed = desk.type("submit", "held.py:interview", "Ann", "--id", "interview", "--wait")
    assert typed.code == 3
    assert "interview  step 3" in typed.err
    assert typed.err.endswith(f"Answer it: autogen inbox interview --journal {desk.crew.database} --answer WORDS\n")
    assert "A worker goes on with it." in desk.type("inbox", "interview", "--answer", "Rome").err
    assert desk.type("submitted", "interview", "--wait").code == 3
    assert desk.type("inbox", "interview", "--answer", "Oslo").code == 0
    assert desk.type("submitted", "interview", "--wait").out == '["Rome", "Oslo"]\n'


def test_a_failure_is_told_in_words(desk: Desk):
    typed = desk.type("submit", "held.py:broken", "luck", "--id", "bad", "--wait")
    assert (typed.code, typed.out) == (1, "bad\n")
    assert typed.err.endswith("bad: failed\nbad: ValueError: no luck\n")
    assert desk.type("submitted", "bad").code == 1
    assert "of its own called 'os'" in desk.type("submit", "held.py:os", "x", "--wait").err
    desk.crew.wait_for("bad: failed. ValueError: no luck")


def test_a_conversation_is_cancelled_and_gone_on_with(desk: Desk):
    desk.type("submit", "held.py:interview", "Eve", "--id", "eve", "--wait")
    typed = desk.type("submitted", "eve", "--cancel")
    assert (typed.code, typed.err) == (0, "eve: cancelled\neve: it was cancelled\n")
    assert desk.type("submitted", "eve", "--again", "--wait").code == 3
    assert desk.type("submitted", "eve", "--again").err.startswith("eve is waiting: only what has failed")
    assert desk.type("submitted", "eve", "--again", "--cancel").code == 2


def test_what_cannot_be_submitted_is_told(desk: Desk):
    assert desk.type("submitted", "nobody").err.startswith("No conversation 'nobody' was submitted to /")
    assert "write it as file.py:name" in desk.type("submit", "held", "x").err
    assert desk.type("submit", "held.py:clerk", "bob", "--id", "letter2")[0] == 0
    again = desk.type("submit", "held.py:clerk", "eve", "--id", "letter2")
    assert (again.code, again.err[:35]) == (1, "'letter2' was submitted as held.py:")
    assert "stop" in desk.type("submit", "held.py:clerk", "x", "--in-doubt", "maybe").err


def test_a_worker_that_cannot_work_says_why(desk: Desk, tmp_path: Path):
    broken, twin = tmp_path / "broken.py", tmp_path / "held.py"
    broken.write_text("import nothing_of_this_name\n")
    twin.write_text("")
    assert desk.type("worker", str(tmp_path / "gone.py")).err.endswith(
        "is no Python file here. Write it as file.py:name.\n"
    )
    typed = desk.type("worker", str(broken))
    assert typed.code == 1
    assert "No module named 'nothing_of_this_name'" in typed.err
    assert typed.err.endswith("broken.py' cannot be loaded: mend it, and start the worker again.\n")
    assert "Two files are named 'held.py'" in desk.type("worker", str(twin), str(twin)).err
    for rate in ("ten", "0/60", "5/0", "5"):
        assert "write it as NUMBER/SECONDS" in " ".join(desk.type("worker", str(twin), "--starts", rate).err.split())


def test_a_database_that_cannot_be_used_is_told_before_anything_is_loaded(desk: Desk, tmp_path: Path):
    foreign, folder = tmp_path / "foreign.db", tmp_path / "none"
    sqlite3.connect(foreign).execute("CREATE TABLE t (x)").connection.close()
    for database, words in [
        (str(foreign), "is an SQLite file of another program"),
        (str(folder / "work.db"), f"there is no folder {folder}"),
        ("mysql://host/db", "begins with postgresql://"),
        ("postgresql://tester:secret@127.0.0.1:1/none", "postgresql://tester@127.0.0.1:1/none"),
    ]:
        typed = desk.type("submit", "held.py:clerk", "x", "--database", database)
        assert (typed.code, words in typed.err, "secret" in typed.err) == (1, True, False), typed


def test_limits_of_a_queue_are_kept_and_hold_for_all_its_workers(crew: Crew, queue: DBOSQueue):
    crew.start("--queue", "letters", "--at-once", "1", "--in-all", "1", "--starts", "2/60", TEST_STEP_S="0.2")
    conversations = [
        submit_sync("held.py:clerk", name, database=queue, queue="letters") for name in ("ann", "bob", "eve")
    ]
    assert {each.result_sync() for each in conversations[:2]} == {"ann: all is sent.", "bob: all is sent."}
    order = [line for line in crew.sent if line.endswith(" sent")]
    assert order in (  # one after another
        [f"{name}-{number} sent" for name in names for number in range(3)] for names in (("ann", "bob"), ("bob", "ann"))
    )
    assert conversations[2].state_sync() == "queued"


def test_a_pickle_in_the_queue_is_not_read(crew: Crew, queue: DBOSQueue, tmp_path: Path):
    submit_sync("held.py:clerk", "ann", database=queue, run_id="letter")
    mark = tmp_path / "ran"
    evil = base64.b64encode(pickle.dumps(_Evil(mark))).decode()
    with sqlite3.connect(crew.database) as connection:
        connection.execute("UPDATE workflow_status SET serialization = 'py_pickle'")
        connection.execute("UPDATE workflow_input SET inputs = ?", (evil,))
    with pytest.raises(QueueUnusable, match="not JSON"):
        find_sync("letter", database=queue)
    crew.start()
    crew.wait_for("Working on held.py")
    other = submit_sync("held.py:clerk", "bob", database=queue)
    assert other.result_sync() == "bob: all is sent."
    assert not mark.exists()


class _Evil:
    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._mark,)


def test_programs_are_loaded_once_and_by_name():
    modules = load_files([PROGRAM])
    assert list(modules) == ["held.py"]
    assert len(modules["held.py"]) == 1


def test_a_missing_database_of_a_server_is_told(postgres_server: Server, desk: Desk):
    url = postgres_database(postgres_server)
    typed = desk.type("submit", "held.py:clerk", "x", "--database", f"{url}_none")
    assert typed.code == 1
    assert "does not exist" in typed.err
