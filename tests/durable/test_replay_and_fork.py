"""A recorded run is told again without a model, goes on from the middle as another run, and is compared with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, ConversableAgent, UserProxyAgent, run_settings
from autogen.chats.resume import diff, fork, replay
from autogen.errors import RecordDiffers, RunExists, UnknownRun
from autogen.testing import FunctionModel, RecordingObserver, ScriptedModel

if TYPE_CHECKING:
    from autogen.models.client import ModelRequest


def count_up(request: ModelRequest) -> str:
    """Say the next number, in words long enough to be told apart."""
    last = str(request.messages[-1].get("content"))
    return f"The next number is {int(last.rsplit(' ', 1)[1]) + 1}"


def talk(turns: int = 3, model: Any = None) -> list[Any]:
    first, second = (
        ConversableAgent(name, "", model=model or FunctionModel(count_up), human_input_mode="NEVER")
        for name in ("first", "second")
    )
    return [
        each["content"] for each in first.initiate_chat(second, message="We begin at 1", max_turns=turns).chat_history
    ]


def test_a_replay_asks_no_model_and_tells_observers_of_everything(journal: str):
    first, again = RecordingObserver(), RecordingObserver()
    with run_settings(journal=journal, run_id="job", observers=[first]):
        told = talk()
    with replay(journal, "job"), run_settings(observers=[again]):
        assert talk(model=ScriptedModel(name="function")) == told
    assert [(type(event), event.source, event.step_id) for event in again.events] == [
        (type(event), event.source, event.step_id) for event in first.events
    ]


@pytest.mark.parametrize(("turns", "words"), [(4, "the record ends"), (2, "ended before its record did")])
def test_a_replay_of_a_program_that_does_more_or_less_fails(journal: str, turns: int, words: str):
    with run_settings(journal=journal, run_id="job", observers=[]):
        talk(3)
    with replay(journal, "job"), run_settings(observers=[]), pytest.raises(RecordDiffers, match=words):
        talk(turns)


def test_a_replay_of_a_human_gives_the_words_again(journal: str):
    def hold(*words: str) -> list[Any]:
        from autogen.testing import ScriptedHuman  # noqa: PLC0415

        user = UserProxyAgent(
            "user", human_input_mode="ALWAYS", code_execution_config=False, human=ScriptedHuman(*words)
        )
        assistant = AssistantAgent("assistant", model=ScriptedModel("What now?", "Good bye."))
        return user.initiate_chat(assistant, message="Hello.").chat_history

    with run_settings(journal=journal, run_id="job", observers=[]):
        told = hold("Tell me more.", "exit")
    with replay(journal, "job"), run_settings(observers=[]):
        assert hold() == told


def test_what_is_not_recorded_cannot_be_replayed(journal: str):
    with replay(journal, "job"), run_settings(observers=[]), pytest.raises(UnknownRun, match="job"):
        talk()


def test_a_fork_goes_on_by_itself_from_a_message(journal: str):
    with run_settings(journal=journal, run_id="job", observers=[]):
        told = talk()
    fork(journal, "job", "other", at=2, say="The next number is 41")
    with run_settings(journal=journal, run_id="other", resume=True, observers=[]):
        forked = talk()
    assert told[1:] == [f"The next number is {number}" for number in (2, 3, 4, 5, 6)]
    assert forked[1:] == [f"The next number is {number}" for number in (41, 42, 43, 44, 45)]
    parting = diff(journal, "job", "other")
    assert parting is not None
    assert (parting.message, parting.first and parting.first[1], parting.second and parting.second[1]) == (
        2,
        {"content": "The next number is 2"},
        {"content": "The next number is 41"},
    )


def test_a_fork_of_the_whole_is_the_same(journal: str):
    with run_settings(journal=journal, run_id="job", observers=[]):
        talk()
    fork(journal, "job", "other")
    assert diff(journal, "job", "other") is None


def test_a_fork_that_cannot_be_made_says_why(journal: str):
    with run_settings(journal=journal, run_id="job", observers=[]):
        talk()
    with pytest.raises(ValueError, match="6 messages"):
        fork(journal, "job", "other", at=7)
    with pytest.raises(ValueError, match="change the program"):
        fork(journal, "job", "other", at=1, say="x")
    with pytest.raises(UnknownRun):
        fork(journal, "nothing", "other")
    with pytest.raises(RunExists):
        fork(journal, "job", "job")
