"""The journal in PostgreSQL: what cannot be used is refused, a server that goes away loses nothing, and no loop waits."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Literal

import psycopg
import pytest

from autogen import AssistantAgent, ConversableAgent, events, run_settings
from autogen.errors import AutogenError, JournalFailed, JournalUnusable, LeaseLost, NotStorable, RunInUse
from autogen.stores.postgres import PostgresJournal
from autogen.testing import ScriptedModel
from tests.servers.postgres_server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRET = "sesame-open:up"
QUOTED = "sesame-open%3Aup"


def said(text: str, run_id: str = "run") -> events.MessageSent:
    return events.MessageSent("user", run_id, 0, 1, 1.0, "assistant", {"content": text})


def contents(journal: PostgresJournal, run_id: str = "run") -> list[Any]:
    return [event.message["content"] for event in journal.events(run_id) if isinstance(event, events.MessageSent)]


@pytest.fixture
def ask(postgres_url: str) -> Iterator[Callable[..., list[Any]]]:
    """Ask the server, past the journal."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:

        def ask(statement: str, *values: object) -> list[Any]:
            cursor = connection.execute(statement, values)  # type: ignore[arg-type] - statements of ours
            return cursor.fetchall() if cursor.description else []

        yield ask


@pytest.fixture
def journal(postgres_url: str) -> Iterator[PostgresJournal]:
    journal = PostgresJournal(postgres_url)
    yield journal
    journal.close()


# --- a database that cannot be used ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://locked:{secret}@{host}/postgres", "authentication failed.*Check user and password"),
        ("postgresql://tester:{secret}@{host}/nowhere", "createdb"),
        ("postgresql://nobody_{secret}@{host}/postgres", "createuser"),
        ("postgresql://tester:{secret}@127.0.0.1:1/postgres", "See that the server runs there"),
        ("postgresql://tester:{secret}@/postgres?host=/no/such/folder", "See that the server runs there"),
        ("postgresql://tester:{secret}@{host}/postgres?nonsense=1", "cannot be read"),
        ("postgresql://tester:{secret}@[::1/postgres", "cannot be read"),
        ("postgresql://tester:{secret}@{host}/%zz", "cannot be read"),
        ("mysql://tester:{secret}@{host}/postgres", "begins with postgresql://, and not with mysql://"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_with_the_cure_and_without_the_password(
    postgres_server: Server, url: str, words: str
):
    secret = QUOTED if ":{secret}" in url else "x"
    model = ScriptedModel("never said")
    place = url.format(secret=secret, host=f"127.0.0.1:{postgres_server.port}")
    with pytest.raises(JournalUnusable, match=words) as caught, run_settings(journal=place):
        AssistantAgent("assistant", model=model).run_sync("Hello.")
    assert model.requests == []
    shown = "".join(_all_words(caught.value))
    assert SECRET not in shown
    assert QUOTED not in shown


def _all_words(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize("table", ["mine (x int)", "journal (x int)", "journal (version int)"])
def test_the_tables_of_another_program_are_left_as_they_are(
    postgres_url: str, ask: Callable[..., list[Any]], table: str
):
    ask("CREATE SCHEMA autogen")
    ask(f"CREATE TABLE autogen.{table}")
    with pytest.raises(JournalUnusable, match="tables of another program"):
        PostgresJournal(postgres_url)
    assert ask("SELECT relname FROM pg_class WHERE relnamespace = 'autogen'::regnamespace") == [
        (table.split(maxsplit=1)[0],)
    ]


def test_a_journal_of_a_newer_version_says_so(postgres_url: str, ask: Callable[..., list[Any]]):
    PostgresJournal(postgres_url).close()
    ask("UPDATE autogen.journal SET version = 99")
    with pytest.raises(JournalUnusable, match="newer autogen"):
        PostgresJournal(postgres_url)


def test_a_server_that_takes_no_writes_is_refused_at_once(postgres_url: str):
    with pytest.raises(JournalUnusable, match="takes no writes"):
        PostgresJournal(f"{postgres_url}?options=-cdefault_transaction_read_only%3Don")


def test_a_database_that_cannot_hold_all_text_is_refused(postgres_server: Server):
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(JournalUnusable, match="createdb -E UTF8"):
        PostgresJournal(postgres_server.url("latin"))


def test_a_role_that_may_make_no_schema_is_told_and_uses_one_that_is_there(
    postgres_url: str, ask: Callable[..., list[Any]]
):
    ask("CREATE ROLE guest LOGIN")
    url = postgres_url.replace("tester@", "guest@")
    with pytest.raises(JournalUnusable, match="CREATE SCHEMA autogen AUTHORIZATION guest"):
        PostgresJournal(url)
    ask("CREATE SCHEMA autogen AUTHORIZATION guest")
    PostgresJournal(url).close()
    ask("DROP SCHEMA autogen CASCADE")
    ask("DROP ROLE guest")


def test_a_schema_can_be_named_and_an_odd_name_is_refused(
    postgres_url: str, journal: PostgresJournal, ask: Callable[..., list[Any]]
):
    other = PostgresJournal(postgres_url, schema="other")
    other.append(said("there"))
    assert contents(other) == ["there"]
    assert journal.database.execute("SELECT count(*) FROM records") == [(0,)]
    other.close()
    ask("DROP SCHEMA other CASCADE")
    with pytest.raises(ValueError, match="small letters"):
        PostgresJournal(postgres_url, schema='x"; DROP SCHEMA autogen; --')


def test_without_the_package_its_name_is_told():
    code = "import sys; sys.modules['psycopg'] = None\nfrom autogen.stores.postgres import PostgresJournal"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'pyautogen[postgres]'" in done.stderr


def test_what_no_text_of_the_server_can_hold_is_refused_as_a_name(journal: PostgresJournal):
    with pytest.raises(NotStorable, match="NUL"):
        journal.begin("a\0b")
    with pytest.raises(NotStorable, match="surrogate"):
        journal.begin("a\ud800b")
    journal.append(said("after"))
    assert contents(journal) == ["after"]


def test_messages_read_in_the_servers_own_shell(postgres_url: str, ask: Callable[..., list[Any]]):
    with run_settings(journal=postgres_url, run_id="job", observers=[]):
        AssistantAgent("assistant", model=ScriptedModel("It is four, as you could have known.")).run_sync("2 + 2?")
    assert ask("SELECT run, speaker, listener, text FROM autogen.said ORDER BY position") == [
        ("job", "user", "assistant", "2 + 2?"),
        ("job", "assistant", "user", "It is four, as you could have known."),
    ]
    ended = ask("SELECT id, reason, messages, agents, opening, owner FROM autogen.runs")
    assert ended == [("job", "answered", 2, "user, assistant", "2 + 2?", None)]


def test_what_no_text_can_hold_does_not_keep_the_rest_from_being_read(
    journal: PostgresJournal, ask: Callable[..., list[Any]]
):
    parts: Any = [{"type": "text", "text": "half \ud800 of one, or \0"}]
    journal.append(events.MessageSent("user", "run", 0, 1, 1.0, "assistant", {"content": parts}))
    journal.append(said("plain"))
    journal.flush()
    (odd, plain) = ask("SELECT text, calls FROM autogen.said ORDER BY position")
    assert odd[0] == '[{"type":"text","text":"half \\ufffd of one, or \\ufffd"}]'
    assert plain == ("plain", None)


# --- no loop waits --------------------------------------------------------------------------------------------------


async def test_the_loop_goes_on_while_the_server_is_slow(journal: PostgresJournal, ask: Callable[..., list[Any]]):
    run = journal.begin("run").journal
    ask("BEGIN")
    ask("LOCK TABLE autogen.runs, autogen.records IN EXCLUSIVE MODE")
    run.append(said("waits"))
    safe = asyncio.ensure_future(run.commit())
    begun = asyncio.ensure_future(journal.a_begin("other"))
    for _ in range(50):
        await asyncio.sleep(0.001)
    assert (safe.done(), begun.done()) == (False, False)
    ask("COMMIT")
    await asyncio.wait_for(safe, 10)
    await asyncio.wait_for(begun, 10)


async def test_many_conversations_share_a_commit(journal: PostgresJournal, ask: Callable[..., list[Any]]):
    runs = [(await journal.a_begin(f"run {number}")).journal for number in range(30)]
    ask("BEGIN")
    ask("LOCK TABLE autogen.records IN EXCLUSIVE MODE")
    for number, run in enumerate(runs):
        run.append(said("at the same time", f"run {number}"))
    safe = [asyncio.ensure_future(run.commit()) for run in runs]
    await asyncio.sleep(0.02)
    ask("COMMIT")
    await asyncio.wait_for(asyncio.gather(*safe), 10)
    ((rows, transactions),) = journal.database.execute("SELECT count(*), count(DISTINCT xmin::text) FROM records")
    assert rows == 30
    assert transactions <= 2  # what was being written when the others came, and those


async def test_a_run_whose_beginning_was_cancelled_is_free(
    journal: PostgresJournal, postgres_url: str, ask: Callable[..., list[Any]]
):
    ask("BEGIN")
    ask("LOCK TABLE autogen.runs IN EXCLUSIVE MODE")
    begun = asyncio.ensure_future(journal.a_begin("run"))
    await asyncio.sleep(0.02)
    begun.cancel()
    await asyncio.wait([begun])
    ask("COMMIT")
    other = PostgresJournal(postgres_url)
    async with asyncio.timeout(10):
        while True:
            try:
                await other.a_begin("run", resume=True)
                break
            except RunInUse:
                await asyncio.sleep(0.01)
    other.close()


def test_of_many_that_begin_a_run_at_once_one_does(postgres_url: str):
    journals = [PostgresJournal(postgres_url) for _ in range(4)]
    outcomes: list[object] = []
    ready = threading.Barrier(len(journals))

    def begin(journal: PostgresJournal) -> None:
        ready.wait(10)
        try:
            outcomes.append(journal.begin("run", resume=True))
        except AutogenError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=begin, args=(journal,)) for journal in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for journal in journals:
        journal.close()
    assert outcomes.count(RunInUse) == len(journals) - 1


# --- a server that goes away ----------------------------------------------------------------------------------------

_END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'autogen' AND datname = current_database()"


@pytest.mark.parametrize("sign", ["it is not heard of", "its session has ended"])
def test_an_owner_is_gone_when_either_sign_of_life_is(
    journal: PostgresJournal, postgres_url: str, ask: Callable[..., list[Any]], sign: str
):
    journal.append(said("mine"))
    journal.flush()
    if sign == "it is not heard of":
        ask("UPDATE autogen.runs SET heartbeat = heartbeat - 30")
    else:
        ask(_END_SESSIONS)
    other = PostgresJournal(postgres_url)
    assert len(other.begin("run", resume=True).events) == 2
    with pytest.raises(LeaseLost, match="taken over"):  # noqa: PT012 - at the next record, or as soon as it is to be safe
        journal.append(said("too late"))
        journal.flush()
        journal.append(said("and this"))
    other.close()


async def test_a_lost_connection_is_made_anew_and_nothing_is_written_twice_or_not_at_all(
    journal: PostgresJournal, ask: Callable[..., list[Any]]
):
    run, other = journal.begin("run").journal, journal.begin("other").journal
    for number in range(60):
        run.append(said(str(number)))
        other.append(said(str(number), "other"))
        if number % 10 == 5:
            ask(_END_SESSIONS)
        await run.commit()
        await other.commit()
    ask(_END_SESSIONS)
    expected = list(map(str, range(60)))
    assert (contents(journal), contents(journal, "other")) == (expected, expected)
    ask(_END_SESSIONS)
    await journal.a_end("run")
    assert len(journal.begin("run", resume=True).events) == 61


def test_what_is_to_be_done_at_once_is_not_half_done_when_the_connection_is_lost(
    journal: PostgresJournal, ask: Callable[..., list[Any]]
):
    def work() -> None:
        journal.database.execute("INSERT INTO runs (id, began, seed, fence) VALUES ('one', 1, 'x', 0)")
        ask(_END_SESSIONS)
        journal.database.execute("SELECT 1 FROM runs")
        journal.database.execute("INSERT INTO runs (id, began, seed, fence) VALUES ('two', 1, 'x', 0)")

    with pytest.raises(JournalFailed, match="cannot be reached"):
        journal.transact(work)
    assert journal.database.execute("SELECT id FROM runs") == []


def test_records_that_a_crashed_server_forgot_end_the_run(journal: PostgresJournal, ask: Callable[..., list[Any]]):
    for number in range(5):
        journal.append(said(str(number)))
    journal.flush()
    ask("DELETE FROM autogen.records WHERE position > 3")
    ask(_END_SESSIONS)
    with pytest.raises(JournalFailed, match="lost the records 4 to 5 of the run 'run'"):  # noqa: PT012 - at the next record, or when it is to be safe
        journal.append(said("6"))
        journal.flush()
        journal.append(said("7"))
    journal.end("run")
    assert len(journal.begin("run", resume=True).events) == 4


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server that a test may stop."""
    server = Server.create()
    server.start()
    yield server
    server.stop("immediate")
    server.remove()


def chat(journal: PostgresJournal, asked: Callable[[int], None]) -> Any:
    """Hold a chat; before each reply the model's server is asked."""
    replies = iter(range(100))

    class Model:
        name = "model"

        async def create(self, request: Any) -> Any:
            number = next(replies)
            asked(number)
            return await ScriptedModel(f"reply {number}").create(request)

    one, two = (ConversableAgent(name, model=Model(), human_input_mode="NEVER") for name in ("one", "two"))
    with run_settings(journal=journal, run_id="job", resume=True, observers=[]):
        return one.initiate_chat(two, message="Hello.", max_turns=5)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_chat_outlives_a_restart_of_the_server(own_server: Server, mode: Literal["fast", "immediate"]):
    journal = PostgresJournal(own_server.url(), schema=f"restart_{mode}")

    def restart(number: int) -> None:
        if number == 3:
            own_server.stop(mode)
            own_server.start()

    said = chat(journal, restart).chat_history
    assert contents(journal, "job") == [message["content"] for message in said]
    assert len(said) == 10
    journal.close()


def test_a_chat_whose_server_is_gone_ends_with_the_cure_and_goes_on_later(own_server: Server):
    journal = PostgresJournal(own_server.url(), schema="gone", patience_s=0.2)

    asked: list[int] = []

    def stop(number: int) -> None:
        asked.append(number)
        if number == 4:
            own_server.stop("immediate")

    with pytest.raises(JournalFailed, match=r"When the server is back, go on with the run \(resume=True\)"):
        chat(journal, stop)
    with pytest.raises(JournalFailed, match="When the server is back"):
        journal.begin("another")
    own_server.start()
    assert len(chat(journal, asked.append).chat_history) == 10
    assert 9 <= len(asked) <= 10  # nine replies; the one after which nothing more was taken may be asked for again
    journal.close()


@pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="ONLY ROOT MOUNTS A DISK: run the tests as root as well"
)
def test_a_full_disk_of_the_server_is_told_and_it_goes_on_when_there_is_room(own_server: Server):
    disk = own_server.folder / "disk"
    disk.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=16m,mode=777", "tmpfs", str(disk)], check=True)
    os.chown(disk, own_server.folder.stat().st_uid, -1)
    try:
        _fill(own_server, disk)
    finally:
        with psycopg.connect(own_server.url(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS small WITH (FORCE)")
            connection.execute("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["/bin/umount", str(disk)], check=True)


def _fill(own_server: Server, disk: Path) -> None:
    with psycopg.connect(own_server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")  # type: ignore[arg-type] - a path of ours
        connection.execute("CREATE DATABASE small TABLESPACE small")
    journal = PostgresJournal(own_server.url("small"))
    journal.append(said("before"))
    journal.flush()
    filler = disk / "filler"
    free = os.statvfs(disk)
    filler.write_bytes(bytes(free.f_bavail * free.f_frsize))
    random_text = os.urandom(400_000).hex()
    with pytest.raises(JournalFailed, match="Make room on the server's disk"):  # noqa: PT012 - at the latest when it is to be safe
        journal.append(said(random_text))
        journal.flush()
    with pytest.raises(JournalFailed, match="Make room on the server's disk"):
        journal.append(said("not taken: nothing is, until what waits is safe"))
    assert contents(journal) == ["before"]
    filler.unlink()
    journal.flush()
    journal.append(said("after"))
    assert contents(journal) == ["before", random_text, "after"]
    journal.close()
