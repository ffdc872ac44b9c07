"""A recorded run is run again: steps are answered from the record, and it goes on where the record ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import (
    AssistantAgent,
    ConversableAgent,
    GroupChat,
    GroupChatManager,
    Limits,
    UserProxyAgent,
    run_settings,
    tool,
)
from autogen.errors import InDoubt, RecordDiffers, RunExists
from autogen.events import MessageSent, RunResumed, StepEnded
from autogen.stores.memory import MemoryJournal
from autogen.stores.sharing import open_journal
from autogen.testing import FunctionModel, RecordingObserver, ScriptedHuman, ScriptedModel, calls, drive
from tests.servers.openai_server import OpenAIServer, reply

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.events import Event
    from autogen.models.client import ModelRequest


def test_a_run_with_whatever_model_the_server_lists_first_goes_on(journal: str, monkeypatch: pytest.MonkeyPatch):
    with OpenAIServer(reply("one"), reply("two"), reply("three"), models=["qwen3"]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        for turns in (2, 3):
            user = UserProxyAgent(
                "user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="On."
            )
            with run_settings(journal=journal, run_id="job", resume=True, observers=[]):
                said = user.initiate_chat(AssistantAgent("assistant"), message="Count.", max_turns=turns).chat_history
    assert [message["content"] for message in said[1::2]] == ["one", "two", "three"]


class Program:
    """A chat with a tool, whose parts count what they did."""

    def __init__(self, journal: str | Path, **settings: Any) -> None:
        self.settings: dict[str, Any] = {
            "journal": journal,
            "run_id": "job",
            "resume": True,
            "observers": [],
            **settings,
        }
        self.mails: list[str] = []
        self.model: Any = FunctionModel(self.reply)
        self.asked = 0
        self.crash_in_mail = False

    def reply(self, request: ModelRequest) -> Any:
        self.asked += 1
        is_sent = request.messages[-1].get("role") == "tool"
        return "Sent. TERMINATE" if is_sent else calls("mail", to="ann")

    def agents(self) -> tuple[UserProxyAgent, AssistantAgent]:
        def mail(to: str) -> str:
            """Send a mail."""
            self.mails.append(to)
            if self.crash_in_mail:
                raise KeyboardInterrupt
            return "sent"

        user = UserProxyAgent(
            "user",
            tools=[tool(mail)],
            human_input_mode="NEVER",
            is_termination_msg=lambda message: "TERMINATE" in (message.get("content") or ""),
            code_execution_config=False,
        )
        return user, AssistantAgent("assistant", model=self.model)

    def hold(self, message: str = "Write to Ann.") -> Any:
        user, assistant = self.agents()
        with run_settings(**self.settings):
            return user.initiate_chat(assistant, message=message)


def cut(path: str | Path, position: int, run_id: str = "job") -> None:
    """Leave only the first records, as if the process had been killed there."""
    store = open_journal(path)
    execute = store.database.execute
    execute("DELETE FROM records WHERE position > ?", (position,))
    execute("UPDATE runs SET ended = NULL WHERE id = ?", (run_id,))
    store.close()


def events_of(path: str | Path) -> list[Event]:
    store = open_journal(path)
    events = store.events("job")
    store.close()
    return events


@pytest.mark.parametrize("api", ["sync", "async"])
def test_a_finished_run_is_told_again_without_asking_anybody(journal: str, api: str):
    first = Program(journal)
    told = first.hold()
    again = Program(journal)
    user, assistant = again.agents()
    with run_settings(**again.settings):
        result = drive(api, user.initiate_chat, assistant, message="Write to Ann.")
    assert (result.chat_history, result.summary, result.stop_reason) == (
        told.chat_history,
        told.summary,
        told.stop_reason,
    )
    assert (first.mails, again.mails, again.asked) == (["ann"], [], 0)


def test_a_run_goes_on_from_wherever_it_was_cut(journal: str, tmp_path: Path):
    told = Program(journal).hold()
    for position in range(len(events_of(journal))):
        path = tmp_path / f"cut at {position}.db"
        Program(path).hold()
        cut(path, position)
        again = Program(path, in_doubt="again")
        recorded = sum(isinstance(event, StepEnded) and event.kind == "model" for event in events_of(path))
        result = again.hold()
        assert result.chat_history == told.chat_history, position
        assert again.asked == 2 - recorded, position


def test_a_tool_that_was_interrupted_is_in_doubt_and_not_run_again_unasked(journal: str):
    first = Program(journal)
    first.crash_in_mail = True
    with pytest.raises(KeyboardInterrupt):
        first.hold()
    with pytest.raises(InDoubt, match="mail") as caught:
        Program(journal).hold()
    assert (caught.value.name, first.mails) == ("mail", ["ann"])


@pytest.mark.parametrize(
    ("decision", "words", "mails", "answer"),
    [
        ("again", None, ["ann"], "sent"),
        ("skip", None, [], "not done again"),
        ("ask", "skip", [], "not done again"),
        ("ask", "again", ["ann"], "sent"),
    ],
)
def test_what_becomes_of_a_step_in_doubt_can_be_said(
    journal: str, decision: str, words: str | None, mails: list[str], answer: str
):
    first = Program(journal)
    first.crash_in_mail = True
    with pytest.raises(KeyboardInterrupt):
        first.hold()
    again = Program(journal, in_doubt=decision, human=ScriptedHuman(*[words] if words else []))
    result = again.hold()
    assert again.mails == mails
    assert answer in result.chat_history[2]["content"]
    assert result.chat_history[-1]["content"] == "Sent. TERMINATE"


def test_a_model_that_failed_is_asked_again(journal: str):
    first = Program(journal)
    first.model = ScriptedModel(calls("mail", to="ann"), ConnectionError("gone"), name="function")
    with pytest.raises(ConnectionError):
        first.hold()
    again = Program(journal)
    assert again.hold().chat_history[-1]["content"] == "Sent. TERMINATE"
    assert (first.mails, again.mails) == (["ann"], [])


def test_a_program_that_says_something_else_is_refused_before_anything_is_done(journal: str):
    Program(journal).hold()
    again = Program(journal)
    with pytest.raises(RecordDiffers, match=r"Ben.*Ann"):
        again.hold("Write to Ben.")
    assert again.mails == []


def test_a_changed_system_message_is_noticed_before_a_model_is_paid(journal: str):
    Program(journal).hold()
    again = Program(journal)
    user, assistant = again.agents()
    assistant.update_system_message("Be brief.")
    with run_settings(**again.settings), pytest.raises(RecordDiffers, match="now asks model"):
        user.initiate_chat(assistant, message="Write to Ann.")


def test_a_run_of_the_same_name_is_not_gone_on_with_unasked(journal: str):
    Program(journal).hold()
    with pytest.raises(RunExists, match="resume=True"):
        Program(journal, resume=False).hold()


def test_observers_are_told_only_what_is_new(journal: str):
    first = Program(journal)
    first.crash_in_mail = True
    with pytest.raises(KeyboardInterrupt):
        first.hold()
    watching = RecordingObserver()
    again = Program(journal, in_doubt="again", observers=[watching])
    again.hold()
    said = [event.message["content"] for event in watching.events if isinstance(event, MessageSent)]
    assert said == ["sent", "Sent. TERMINATE"]
    resumed = next(event for event in watching.events if isinstance(event, RunResumed))
    assert (resumed.messages, resumed.fence) == (2, 2)


def test_the_runs_of_a_program_are_told_apart_by_number(journal: str):
    for model in (ScriptedModel("one", "two"), ScriptedModel()):
        asked = AssistantAgent("assistant", model=model)
        with run_settings(journal=journal, run_id="job", resume=True, observers=[]):
            said = [asked.run_sync("first").summary, asked.run_sync("second").summary]
        assert said == ["one", "two"]
    store = open_journal(journal)
    assert [len(store.events(run_id)) > 0 for run_id in ("job", "job.2")] == [True, True]
    store.close()


def test_a_group_whose_speakers_are_drawn_at_random_goes_on_in_the_same_order(journal: str):
    def hold(replies: int) -> list[Any]:
        agents: list[Any] = [
            ConversableAgent(name, model=ScriptedModel(*[f"{name} speaks"] * replies), human_input_mode="NEVER")
            for name in ("ann", "ben", "cid")
        ]
        group = GroupChat(agents, max_round=8, speaker_selection_method="random")
        with run_settings(journal=journal, run_id="job", resume=True, observers=[]):
            agents[0].initiate_chat(GroupChatManager(group), message="Hello.")
        return [message["name"] for message in group.messages]

    order = hold(8)
    cut(journal, len(events_of(journal)) // 2)
    assert hold(8) == order


async def test_parallel_tools_find_their_own_outcomes_again(journal: str):
    ran: list[str] = []

    async def work(on: str) -> str:
        """Work."""
        ran.append(on)
        return f"did {on}"

    async def hold(model: ScriptedModel) -> Any:
        agent = AssistantAgent("assistant", model=model, tools=[tool(work)])
        return await agent.run("Do it.", journal=journal)

    asked = calls("work", on="a"), calls("work", on="b")
    with run_settings(run_id="job", resume=True):
        told = await hold(ScriptedModel(*asked, "done"))
    with run_settings(run_id="job", resume=True):
        again = await hold(ScriptedModel())
    assert again.chat_history == told.chat_history
    assert ran == ["a", "b"]


def test_what_is_recorded_is_not_recorded_again(journal: str):
    Program(journal).hold()
    before = events_of(journal)
    Program(journal).hold()
    added = events_of(journal)[len(before) :]
    assert [type(event) for event in added] == [RunResumed]


@pytest.mark.parametrize("journal", [None, MemoryJournal()], ids=["none", "memory"])
def test_what_is_not_kept_cannot_be_gone_on_with(journal: MemoryJournal | None):
    agent = AssistantAgent("assistant", model=ScriptedModel("never said"))
    with (
        run_settings(journal=journal, run_id="job", resume=True, observers=[]),
        pytest.raises(TypeError, match="needs a journal that holds runs"),
    ):
        agent.run_sync("Hello.")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"resume": True}, "needs a run_id"),
        ({"in_doubt": "maybe"}, "stop, ask, skip, again"),
        ({"run_id": ""}, "is empty"),
    ],
)
def test_settings_that_make_no_sense_are_refused_at_once(settings: dict[str, Any], words: str):
    with pytest.raises(ValueError, match=words), run_settings(**settings):
        pass


def test_budgets_count_what_the_record_has_used(journal: str):
    limits = Limits(model_calls=2)
    Program(journal, limits=limits).hold()
    cut(journal, len(events_of(journal)) - 4)  # the second reply is asked for again
    assert Program(journal, limits=limits).hold().stop_reason.kind == "terminated"
    fewer = Program(journal, limits=Limits(model_calls=1)).hold()
    assert fewer.stop_reason.kind == "limit"
