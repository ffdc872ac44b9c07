"""A human answers days later: the question stands in the record, the answer is put there, and the run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, UserProxyAgent, run_settings, tool
from autogen.chats.resume import answer, pending
from autogen.core.human import LaterHuman
from autogen.errors import JournalDamaged, RunInUse
from autogen.stores.inbox import NotAsked
from autogen.stores.sharing import journal_at, open_journal
from autogen.stores.shelf import list_runs
from autogen.testing import FunctionModel, calls

if TYPE_CHECKING:
    from autogen.models.client import ModelRequest


def hold(journal: str, run_id: str = "job") -> Any:
    """Hold a chat with a human who is not there."""
    model = FunctionModel(lambda request: f"I have heard {len(request.messages)} messages. What else?")
    user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False)
    with run_settings(journal=journal, run_id=run_id, resume=True, human=LaterHuman(), observers=[]):
        return user.initiate_chat(AssistantAgent("assistant", model=model), message="Hello.")


def test_a_question_waits_and_the_answer_is_used_once(journal: str):
    waiting = hold(journal)
    assert (waiting.stop_reason.kind, waiting.stop_reason.by) == ("pending", "user")
    (question,) = pending(journal)
    assert (question.run_id, question.agent, question.approval) == ("job", "user", None)
    answer(journal, "job", "Tell me more.")
    assert pending(journal) == []
    again = hold(journal)
    assert [message["content"] for message in again.chat_history[2:]] == [
        "Tell me more.",
        "I have heard 4 messages. What else?",
    ]
    answer(journal, "job", "exit")
    assert hold(journal).stop_reason.kind == "exit"
    assert pending(journal) == []


def test_a_question_that_nobody_answered_stays_open(journal: str):
    first, again = hold(journal), hold(journal)
    assert first.chat_history == again.chat_history
    assert len(pending(journal)) == 1


def test_damage_in_one_run_hides_no_question_of_others_and_is_told_to_whoever_answers(journal: str):
    for run_id in ("cut", "job"):
        hold(journal, run_id)
    with journal_at(journal) as opened:
        opened.database.execute(
            "UPDATE records SET facts = substr(facts, 1, 20) WHERE type = 'StepStarted'"
            " AND run = (SELECT number FROM runs WHERE id = 'cut')"
        )
    cut, whole = pending(journal)
    assert (cut.run_id, whole.run_id) == ("cut", "job")
    assert "cannot be read" in cut.prompt
    with pytest.raises(JournalDamaged, match="'cut'"):
        answer(journal, "cut", "exit")
    answer(journal, "job", "exit")
    assert [question.run_id for question in pending(journal)] == ["cut"]


def test_the_first_answer_wins_and_the_second_is_told(journal: str):
    hold(journal)
    answer(journal, "job", "exit")
    with pytest.raises(NotAsked, match="answered already"):
        answer(journal, "job", "Tell me more.")
    assert hold(journal).stop_reason.kind == "exit"


def test_a_question_can_be_answered_only_where_nobody_is_at_the_run(journal: str):
    hold(journal)
    store = open_journal(journal)
    assert list_runs(store)[0].state == "waiting"
    store.begin("job", resume=True)
    with pytest.raises(RunInUse, match="asks for itself"):
        answer(journal, "job", "exit")
    store.close()
    answer(journal, "job", "exit")
    store = open_journal(journal)
    assert list_runs(store)[0].state == "ready"
    store.close()


@pytest.mark.parametrize("approver", [True, lambda request: None], ids=["human", "function"])
@pytest.mark.parametrize(("words", "mails", "told"), [("yes", ["ann"], "sent"), ("too late", [], "too late")])
def test_an_approval_is_given_days_later(journal: str, approver: Any, words: str, mails: list[str], told: str):
    sent: list[str] = []

    @tool(needs_approval=approver)
    def mail(to: str) -> str:
        """Send a mail."""
        sent.append(to)
        return "sent"

    def reply(request: ModelRequest) -> Any:
        return "Done." if request.messages[-1].get("role") == "tool" else calls("mail", to="ann")

    def work() -> Any:
        agent = AssistantAgent("assistant", model=FunctionModel(reply), tools=[mail])
        with run_settings(journal=journal, run_id="job", resume=True, human=LaterHuman(), observers=[]):
            return agent.run_sync("Write to Ann.")

    assert work().stop_reason.kind == "pending"
    (question,) = pending(journal)
    assert question.approval is not None
    assert (question.approval["name"], question.approval["arguments"], sent) == ("mail", '{"to":"ann"}', [])
    answer(journal, "job", words)
    done = work()
    assert (done.summary, sent) == ("Done.", mails)
    assert told in done.chat_history[2]["content"]
