"""The message that is to blame for a run that fails a check is found by saying messages otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import ConversableAgent, run_settings
from autogen.chats.resume import blame
from autogen.stores.sharing import journal_at
from autogen.stores.shelf import list_runs
from autogen.testing import FunctionModel

if TYPE_CHECKING:
    from autogen.events import MessageSent
    from autogen.models.client import ModelRequest


class Counting:
    """Two agents count up; at `slip` a number is left out, each time or only the first time."""

    def __init__(self, slip: int, *, is_chance: bool = False, turns: int = 4) -> None:
        self.slip, self.is_chance, self.turns = slip, is_chance, turns
        self.asked = 0

    def reply(self, request: ModelRequest) -> str:
        self.asked += 1
        number = int(str(request.messages[-1].get("content"))) + 1
        if number == self.slip:
            self.slip = -1 if self.is_chance else self.slip
            return str(number + 1)
        return str(number)

    def __call__(self) -> list[Any]:
        first, second = (
            ConversableAgent(name, "", model=FunctionModel(self.reply), human_input_mode="NEVER")
            for name in ("first", "second")
        )
        result = first.initiate_chat(second, message="1", max_turns=self.turns, silent=True)
        return [int(str(message["content"])) for message in result.chat_history]


def counts_to_eight(numbers: list[int]) -> bool:
    return numbers[-1] == 8


def as_it_should_be(said: MessageSent) -> str:
    """Say the number one lower if a number was left out before."""
    number = int(str(said.message.get("content")))
    return str(number - 1 if number > 4 else number)


def record(journal: str, program: Counting) -> None:
    with run_settings(journal=journal, run_id="job", observers=[]):
        program()


def test_with_words_of_ones_own_it_is_the_earliest_message_that_mends(journal: str):
    program = Counting(5)
    record(journal, program)
    found = blame(journal, "job", program, counts_to_eight, instead=as_it_should_be)
    assert (found.message, found.said and found.said.message["content"], found.is_verified) == (5, "6", True)
    assert len(found.trials) <= 6
    assert "Message 5 (first to second) is to blame" in str(found)
    with journal_at(journal) as opened:
        assert [run.id for run in list_runs(opened)] == ["job"]


def test_without_it_is_the_latest_message_that_mends_when_it_is_said_anew(journal: str):
    program = Counting(4, is_chance=True)
    record(journal, program)
    found = blame(journal, "job", program, counts_to_eight)
    assert (found.message, found.said and found.said.message["content"], found.is_verified) == (4, "5", True)


def test_a_check_may_assert(journal: str):
    program = Counting(6)
    record(journal, program)

    def check(numbers: list[int]) -> None:
        assert numbers == list(range(1, 9))

    assert (
        blame(
            journal, "job", program, check, instead=lambda said: "6" if said.message["content"] == "7" else None
        ).message
        == 6
    )


def test_a_fault_of_the_program_is_nobodys(journal: str):
    program = Counting(5)
    record(journal, program)
    found = blame(journal, "job", program, lambda numbers: len(numbers) > 100, instead=as_it_should_be)
    assert (found.message, found.is_verified) == (None, False)
    assert str(found) == "No message was found that mends the run when it is said otherwise. Runs tried: 1."


def test_one_that_only_helps_sometimes_is_not_called_verified(journal: str):
    program = Counting(5)
    record(journal, program)
    outcomes = iter([False, True, True, True, True])  # of the replay, and while it searches; then it helps no more
    found = blame(journal, "job", program, lambda _: next(outcomes, False), instead=as_it_should_be)
    assert (found.message, found.is_verified) == (2, False)
    assert "it was NOT so clear" in str(found)


def test_a_run_that_passes_has_nothing_to_blame(journal: str):
    record(journal, Counting(-1))
    with pytest.raises(ValueError, match="nothing to blame"):
        blame(journal, "job", Counting(-1), counts_to_eight)
    with pytest.raises(ValueError, match="times=0"):
        blame(journal, "job", Counting(-1), counts_to_eight, times=0)


def test_finding_it_takes_few_runs_and_no_model_before_the_message(journal: str):
    program = Counting(30, turns=25)
    record(journal, program)
    program.asked = 0
    found = blame(
        journal, "job", program, lambda numbers: numbers[-1] == 50, instead=lambda said: str(_meant(said, 30))
    )
    assert found.message == 30
    assert len(found.trials) <= 10
    assert program.asked < 50 * len(found.trials) / 2


def _meant(said: MessageSent, slip: int) -> int:
    number = int(str(said.message.get("content")))
    return number - 1 if number > slip else number
