"""Submitted conversations, held by this very process: what holds of them holds wherever they are held."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent
from autogen.errors import ConversationFailed, MissingExtra, NotStorable, RunExists, UnknownProgram, UnknownRun
from autogen.events import MessageSent, RunEnded, StepStarted, to_dict
from autogen.stores.inbox import NotAsked
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing import ScriptedModel
from autogen.workers import Conversation, InProcess, find, submit, submit_sync
from autogen.workers.submitting import MOST_TASK_BYTES, database_of
from tests.workers import held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "ledger"
    path.touch()
    monkeypatch.setattr(held, "LEDGER", path)
    return path


@pytest.fixture
def queue(tmp_path: Path, ledger: Path) -> Iterator[InProcess]:
    queue = InProcess(tmp_path / "work.db")
    yield queue
    queue.close()


def sent(ledger: Path) -> list[str]:
    return ledger.read_text().splitlines()


async def until(conversation: Conversation, *states: str) -> str:
    async with asyncio.timeout(10):
        while (state := await conversation.state()) not in states:  # noqa: ASYNC110 - asked as a user asks
            await asyncio.sleep(0.01)
    return state


@pytest.mark.parametrize(
    ("target", "value"),
    [
        (held.clerk, "ann: all is sent."),
        (held.pair, "Agreed."),
        (held.letters, ["ann: all is sent.!", "Agreed. "]),
        ("somewhere/held.py:clerk", "ann: all is sent."),
    ],
)
async def test_an_agent_a_team_and_a_function_can_be_submitted(queue: InProcess, target: Any, value: Any):
    conversation = await submit(target, "ann", database=queue)
    assert await conversation.result() == value
    assert await conversation.state() == "done"


def test_submitting_without_a_loop_does_the_same(queue: InProcess):
    conversation = submit_sync(held.clerk, "ann", database=queue, run_id="letter")
    assert (conversation.result_sync(), conversation.id) == ("ann: all is sent.", "letter")
    assert [message.get("content") for message in conversation.messages_sync()][-1] == "ann: all is sent."
    assert conversation.state_sync() == "done"


async def test_events_can_be_followed_from_the_last_one_seen(queue: InProcess):
    conversation = await submit(held.clerk, "ann", database=queue)
    following = conversation.events()
    events = [event async for event in following]
    assert isinstance(events[-1], RunEnded)
    assert following.seen == len(events) == len(queue.journal.events(conversation.id))
    later = await find(conversation.id, database=queue)
    last = [to_dict(event) async for event in later.events(after=following.seen - 2)]
    assert last == [to_dict(event) for event in queue.journal.events(later.id)[-2:]]
    assert [event async for event in later.events(after=following.seen)] == []
    said = [event.message.get("content") for event in events if isinstance(event, MessageSent)]
    assert said == [message.get("content") for message in await later.messages()]


async def test_a_waiting_human_holds_nothing_and_a_second_chat_begins_only_with_the_answer(queue: InProcess):
    conversation = await submit(held.interview, "Ann", database=queue)
    assert await until(conversation, "waiting", "done", "failed") == "waiting"
    assert [event async for event in conversation.events()][-1].source == ""
    (question,) = await conversation.questions()
    assert question.run_id == conversation.id
    assert not any("Where to" in str(message.get("content")) for message in await conversation.messages())
    await conversation.answer("Rome")
    assert await until(conversation, "waiting", "done", "failed") == "waiting"
    await conversation.answer("Oslo")
    assert await conversation.result() == ["Rome", "Oslo"]
    said = [str(message.get("content")) for message in await conversation.messages()]
    assert [words for words in said if words.startswith("Where")] == ["Where from, Ann? []", "Where to, Ann? ['Rome']"]
    with pytest.raises(NotAsked):
        await conversation.answer("Paris")


async def test_what_goes_on_beside_a_question_ends_its_step_and_is_gone_on_with(
    queue: InProcess, ledger: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(held, "STEP_S", 0.2)
    conversation = await submit(held.both, "Ann", database=queue)
    assert await until(conversation, "waiting", "done", "failed") == "waiting"
    (question,) = await conversation.questions()
    assert question.agent == "user"
    before = queue.journal.events(conversation.id)
    assert isinstance(before[-1], RunEnded)
    await conversation.answer("Rome")
    assert await conversation.result() == ["Ann: all is sent.", "Rome", "Agreed."]
    assert sent(ledger) == [line for number in range(3) for line in (f"Ann-{number}", f"Ann-{number} sent")]


async def test_a_program_that_raises_has_failed_with_its_words(queue: InProcess):
    conversation = await submit(held.broken, "luck", database=queue)
    with pytest.raises(ConversationFailed, match="ValueError: no luck") as failure:
        await conversation.result()
    assert failure.value.state == await conversation.state() == "failed"
    odd = await submit(held.odd, database=queue)
    with pytest.raises(ConversationFailed, match=r"which is not JSON .* Return text"):
        await odd.result()


async def test_a_program_that_is_not_there_is_told_with_those_that_are(queue: InProcess):
    for name, words in [
        ("held.py:nobody", r"no agent, team or function of its own called 'nobody' \(but: both, broken, clerk"),
        ("held.py:Path", "of its own called 'Path'"),
        ("held.py:partial", "of its own called 'partial'"),
        ("nowhere.py:clerk", "there is no file 'nowhere.py' here"),
    ]:
        conversation = await submit(name, "x", database=queue)
        with pytest.raises(ConversationFailed, match=f"UnknownProgram: .*{words}"):
            await conversation.result()


async def test_what_has_no_name_is_refused_before_it_is_submitted(queue: InProcess):
    nameless = AssistantAgent("nameless", model=ScriptedModel())
    for target in (nameless, lambda task: task, partial(held.broken, "x"), held.Path):
        with pytest.raises(UnknownProgram, match="at the top of a file"):
            await submit(target, "x", database=queue)
    for name in ("held.py", "held:clerk", "held.py:_private", "held.py:a.b", ""):
        with pytest.raises(UnknownProgram, match=r"write it as file\.py:name"):
            await submit(name, "x", database=queue)


async def test_a_task_that_cannot_be_kept_is_refused(queue: InProcess):
    with pytest.raises(NotStorable, match=r"The task <object object .* is not JSON"):
        await submit(held.clerk, object(), database=queue)
    with pytest.raises(ValueError, match=r"more than 1000000\. Keep it where workers can read it"):
        await submit(held.clerk, "x" * MOST_TASK_BYTES, database=queue)
    with pytest.raises(ValueError, match="printable characters, and no '~'"):
        await submit(held.clerk, "x", database=queue, run_id="a~b")


async def test_submitting_twice_under_one_name_counts_once(queue: InProcess, ledger: Path):
    first = await submit(held.clerk, "ann", database=queue, run_id="letter")
    second = await submit(held.clerk, "ann", database=queue, run_id="letter")
    assert await first.result() == await second.result()
    assert sent(ledger).count("ann-0") == 1
    with pytest.raises(RunExists, match="with another task"):
        await submit(held.clerk, "bob", database=queue, run_id="letter")
    with pytest.raises(UnknownRun, match="'nobody' was submitted"):
        await find("nobody", database=queue)


async def test_a_conversation_can_be_cancelled_wherever_it_stands(queue: InProcess, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(held, "STEP_S", 60)
    running = await submit(held.clerk, "ann", database=queue)
    threaded = await submit(held.letters, "bob", database=queue)
    waiting = await submit(held.interview, "eve", database=queue)
    await until(waiting, "waiting")
    for conversation in (running, threaded):
        async for event in conversation.events():
            if isinstance(event, StepStarted):
                break
    for conversation in (running, threaded, waiting):
        await conversation.cancel()
        assert await conversation.state() == "cancelled"
        with pytest.raises(ConversationFailed, match="it was cancelled"):
            await conversation.result()
    assert await waiting.questions() == []


async def test_a_cancelled_conversation_goes_on_and_a_step_in_doubt_is_decided(
    queue: InProcess, ledger: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(held, "STEP_S", 0.2)
    conversation = await submit(held.clerk, "ann", database=queue)
    async for event in conversation.events():
        if isinstance(event, StepStarted) and event.kind == "tool":
            break
    await conversation.cancel()
    await conversation.go_on()
    with pytest.raises(ConversationFailed, match=r"InDoubt: The tool step 'mail' was begun"):
        await conversation.result()
    await conversation.go_on(in_doubt="skip")
    assert await conversation.result() == "ann: all is sent."
    assert [line for line in sent(ledger) if line == "ann-0"] in ([], ["ann-0"])
    with pytest.raises(ConversationFailed, match="is done: only what has failed"):
        await conversation.go_on()


async def test_a_conversation_that_takes_its_process_down_each_time_is_given_up(tmp_path: Path, queue: InProcess):
    for _ in range(6):
        lost = SQLiteJournal(tmp_path / "work.db")
        lost.begin("poison", resume=True)
        lost.close()
    conversation = await submit(held.clerk, "ann", database=queue, run_id="poison")
    with pytest.raises(ConversationFailed, match="workers were lost at the same place of this conversation"):
        await conversation.result()
    await conversation.go_on()
    assert await conversation.result() == "ann: all is sent."


async def test_conversations_wait_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(held, "STEP_S", 60)
    queue = InProcess(tmp_path / "turns.db", at_once=1)
    first, second = [await submit(held.clerk, name, database=queue) for name in ("ann", "bob")]
    await until(first, "running")
    assert await second.state() == "queued"
    await first.cancel()
    await until(second, "running")
    await second.cancel()
    queue.close()


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in [name for name in sys.modules if name.startswith("autogen.workers.on_dbos")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "dbos", None)
    with pytest.raises(MissingExtra, match=r"pip install 'pyautogen\[durable\]'"):
        submit_sync(held.clerk, "ann", database=tmp_path / "work.db")


def test_dbos_is_loaded_only_where_it_is_asked_for():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, autogen.workers, autogen.apps.commands; print('dbos' in sys.modules)"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert told.stdout == "False\n"


def test_the_database_is_named_by_the_environment(tmp_path: Path):
    assert database_of({"AUTOGEN_JOURNAL": "a.db", "AUTOGEN_DATABASE": "b.db"}) == "b.db"
    assert database_of({"AUTOGEN_JOURNAL": "a.db"}) == "a.db"
    assert database_of({"XDG_STATE_HOME": str(tmp_path)}) == str(tmp_path / "autogen" / "work.db")
    assert (tmp_path / "autogen").is_dir()
