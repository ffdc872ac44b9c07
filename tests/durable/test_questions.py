"""Whatever a human was asked is in the record; and the smaller ways to record and to go on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, Limits, UserProxyAgent, run_settings
from autogen.chats.resume import answer, pending
from autogen.core.human import LaterHuman
from autogen.errors import JournalUnusable
from autogen.guards import Ask, RedactedJournal
from autogen.observers.console import ConsoleObserver
from autogen.observers.stream import IOConsole, IOStream
from autogen.stores.memory import MemoryJournal
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing import FunctionModel, ScriptedHuman

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.models.client import ModelRequest


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


def echo(request: ModelRequest) -> str:
    return f"I have read {len(request.messages)} messages."


def guarded(human: Any, model: Any = echo) -> AssistantAgent:
    def guard(text: str) -> Ask | None:
        return Ask(f"{text[:10]!r} is odd.") if "odd" in text else None

    return AssistantAgent("assistant", model=FunctionModel(model), input_guards=[guard], human=human)


def test_a_guard_asks_once_also_if_the_run_is_resumed(journal: Path):
    human = ScriptedHuman("yes")
    settings: dict[str, Any] = {"journal": journal, "run_id": "job", "resume": True, "observers": []}

    def fail(request: ModelRequest) -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        guarded(human, fail).run_sync("An odd task.", **settings)
    assert guarded(human).run_sync("An odd task.", **settings).summary == "I have read 2 messages."
    assert [question.prompt for question in human.questions] == ["'An odd tas' is odd. Allow it? [y/N] "]


def test_a_guard_can_wait_for_its_answer(journal: Path):
    settings: dict[str, Any] = {"journal": journal, "run_id": "job", "resume": True, "observers": []}
    waiting = guarded(LaterHuman()).run_sync("An odd task.", **settings)
    assert waiting.stop_reason is not None
    assert waiting.stop_reason.kind == "pending"
    (question,) = pending(journal)
    assert question.prompt == "'An odd tas' is odd. Allow it? [y/N] "
    answer(journal, "job", "yes")
    assert guarded(LaterHuman()).run_sync("An odd task.", **settings).summary == "I have read 2 messages."


def test_a_limit_that_was_raised_is_raised_again_unasked(journal: Path):
    def hold(human: Any, replies: list[str]) -> list[Any]:
        def reply(request: ModelRequest) -> str:
            if not replies:
                raise ConnectionError
            return replies.pop(0)

        agent = AssistantAgent("assistant", model=FunctionModel(reply), at_limit=["ask"], human=human)
        user = UserProxyAgent(
            "user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="Go on."
        )
        with run_settings(journal=journal, run_id="job", resume=True, observers=[], limits=Limits(model_calls=1)):
            return user.initiate_chat(agent, message="Count.", max_turns=3).chat_history

    human = ScriptedHuman("yes", "yes")
    with pytest.raises(ConnectionError):
        hold(human, ["one", "two"])
    assert len(human.questions) == 2
    said = hold(human, ["three"])
    assert [message["content"] for message in said[1::2]] == ["one", "two", "three"]
    assert len(human.questions) == 2


def test_a_run_takes_a_journal_and_a_name(journal: Path):
    asked: list[int] = []

    def reply(request: ModelRequest) -> str:
        asked.append(1)
        return "Done."

    for _ in range(2):
        agent = AssistantAgent("assistant", model=FunctionModel(reply))
        result = agent.run_sync("Go.", journal=str(journal), run_id="job", resume=True)
        assert (result.summary, result.run_id) == ("Done.", "job")
    assert asked == [1]


def test_the_console_says_that_a_run_goes_on(journal: Path):
    def hold(turns: int) -> str:
        user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="More.")
        shown = io.StringIO()
        model = FunctionModel(echo)
        with (
            IOStream.set_default(Shown(shown)),
            run_settings(journal=journal, run_id="job", resume=True, observers=[ConsoleObserver()]),
        ):
            user.initiate_chat(AssistantAgent("assistant", model=model), message="Hello.", max_turns=turns)
        return shown.getvalue()

    assert "GOES ON" not in hold(1)
    told = hold(2)
    assert told.startswith(">>>>>>>> job GOES ON after 2 recorded messages\n")
    assert "Hello." not in told


class Shown(IOConsole):
    """A console that keeps what it is told."""

    def __init__(self, into: io.StringIO) -> None:
        self._into = into

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        self._into.write(sep.join(map(str, objects)) + end)


def test_without_its_secrets_a_run_is_recorded_and_not_gone_on_with(journal: Path):
    store = SQLiteJournal(journal)
    key = "sk-" + "a1" * 20

    def hold(run_id: str, task: str, *, resume: bool) -> Any:
        agent = AssistantAgent("assistant", model=FunctionModel(lambda _: "Noted."))
        return agent.run_sync(task, journal=RedactedJournal(store), run_id=run_id, resume=resume, observers=[])

    hold("secret", f"My key is {key}.", resume=False)
    hold("open", "I have none.", resume=False)
    assert key not in str(store.events("secret"))
    assert hold("open", "I have none.", resume=True).summary == "Noted."
    with pytest.raises(JournalUnusable, match="'secret' was recorded without its secrets"):
        hold("secret", f"My key is {key}.", resume=True)
    store.begin("secret", resume=True)  # it was let go of
    store.close()


def test_a_journal_without_runs_cannot_be_resumed_from_redacted_or_not():
    agent = AssistantAgent("assistant", model=FunctionModel(lambda _: "Noted."))
    memory = MemoryJournal()
    assert agent.run_sync("Go.", journal=RedactedJournal(memory), run_id="job", observers=[]).summary == "Noted."
    assert memory.events
    with pytest.raises(TypeError, match="SQLiteJournal, and not MemoryJournal"):
        agent.run_sync("Go.", journal=RedactedJournal(MemoryJournal()), run_id="job", resume=True, observers=[])
