"""Conditions that end a conversation, and the switch for whoever watches."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, Switch, Team, run_settings
from autogen.chats.termination import (
    MaxTurns,
    MoneySpent,
    NoProgress,
    Says,
    StopCondition,
    TimePassed,
    TokensUsed,
    ToolCalled,
    When,
)
from autogen.events import StepEnded
from autogen.models.client import ModelReply
from autogen.testing import FunctionModel, ScriptedModel
from autogen.usage import Usage


def talker(name: str, *says: Any) -> ConversableAgent:
    model = ScriptedModel(*says) if says else FunctionModel(lambda request: f"{name} {len(request.messages)}")
    return ConversableAgent(name, model=model, human_input_mode="NEVER")


def chat(stop: StopCondition, *, a: Any = None, b: Any = None) -> Any:
    with run_settings(stop=stop):
        return (a or talker("a")).initiate_chat(b or talker("b"), message="Hello.", silent=True)


PRICED = ModelReply({"role": "assistant", "content": "ok"}, usage=Usage(60, 40, cost_usd=0.02))


@pytest.mark.parametrize(
    ("stop", "turns", "why"),
    [
        (MaxTurns(3), 3, "3 messages were said"),
        (Says("b 4"), 4, "b said 'b 4'"),
        (Says("5", by="a"), 5, "a said '5'"),
        (MaxTurns(5) | Says("b 4"), 4, "b said 'b 4'"),
        (MaxTurns(3) & Says("5"), 5, "3 messages were said and a said '5'"),
        (When(lambda talk: talk.turns >= 2), 2, "<lambda> holds"),
        (When(lambda talk: "enough" if talk.turns >= 2 else ""), 2, "enough"),
        (TimePassed(0), 1, "s have passed (of 0 s)"),
    ],
)
def test_a_chat_ends_when_its_condition_holds_and_says_why(stop: StopCondition, turns: int, why: str):
    result = chat(stop)
    assert result.stop_reason.kind == "condition"
    assert why in result.stop_reason.detail
    assert len(result.chat_history) == turns


@pytest.mark.parametrize(
    ("stop", "why"),
    [(TokensUsed(250), "300 tokens were used (of 250)"), (MoneySpent(0.05), "$0.0600 were spent (of $0.05)")],
)
def test_tokens_and_money_end_a_chat(stop: StopCondition, why: str):
    model = FunctionModel(lambda request: PRICED)
    a, b = (ConversableAgent(name, model=model, human_input_mode="NEVER") for name in "ab")
    result = chat(stop, a=a, b=b)
    assert (result.stop_reason.kind, result.stop_reason.detail, len(result.chat_history)) == ("condition", why, 4)


def test_a_word_in_code_or_in_a_tools_answer_ends_nothing():
    b = talker("b", "```python\nprint('DONE')\n```", "DONE")
    result = chat(Says("DONE"), a=talker("a", "go on"), b=b)
    assert [message["content"] for message in result.chat_history][-1] == "DONE"
    assert len(result.chat_history) == 4


def test_thanks_without_end_are_noticed():
    a = ConversableAgent("a", human_input_mode="NEVER", default_auto_reply="Thank you!")
    b = ConversableAgent("b", human_input_mode="NEVER", default_auto_reply="You are welcome.")
    result = chat(NoProgress(), a=a, b=b)
    assert str(result.stop_reason) == "no progress: the same 2 messages came 3 times in a row"
    assert len(result.chat_history) == 7


def test_a_tool_that_was_called_ends_a_team():
    def book(table: int) -> str:
        """Book a table."""
        return f"table {table} is yours"

    call = {"id": "1", "type": "function", "function": {"name": "book", "arguments": '{"table": 4}'}}
    waiter = AssistantAgent("waiter", model=ScriptedModel({"tool_calls": [call]}), tools=[book])
    guest = talker("guest", "A table, please.")
    result = Team([guest, waiter], choose="round_robin", stop=ToolCalled("book")).run_sync("Dinner!")
    assert str(result.stop_reason) == "waiter called book"
    assert result.chat_history[-1]["content"] == "table 4 is yours"


def test_a_condition_must_say_when_it_holds():
    with pytest.raises(NotImplementedError, match="StopCondition must say when it holds"):
        chat(StopCondition())


async def test_a_run_is_stopped_from_another_task_after_the_message_that_is_being_made():
    switch = Switch()

    async def answer(request: Any) -> str:
        if len(request.messages) > 4:
            switch.stop("enough for today")
        return "and so on"

    a, b = (ConversableAgent(name, model=FunctionModel(answer), human_input_mode="NEVER") for name in "ab")
    with run_settings(switch=switch):
        result = await a.a_initiate_chat(b, message="Hello.", silent=True)
    assert result.stop_reason == ("stopped", "", "enough for today")
    assert result.chat_history[-1]["content"] == "and so on"


async def test_a_paused_run_waits_before_its_next_step_and_goes_on_when_told():
    switch, paused = Switch(), asyncio.Event()
    calls = 0

    async def answer(request: Any) -> str:
        nonlocal calls
        calls += 1
        if calls == 2:
            switch.pause()
            paused.set()
        return f"answer {calls}"

    a, b = (ConversableAgent(name, model=FunctionModel(answer), human_input_mode="NEVER") for name in "ab")
    with run_settings(switch=switch):
        running = asyncio.create_task(a.a_initiate_chat(b, message="Hello.", max_turns=3, silent=True))
    await paused.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    assert (calls, running.done()) == (2, False)
    switch.resume()
    assert len((await running).chat_history) == 6


def test_a_run_of_the_synchronous_api_is_paused_and_stopped_from_another_thread():
    switch, third = Switch(), threading.Event()

    class Counter:
        def __init__(self) -> None:
            self.steps = 0

        def on_event(self, event: object) -> None:
            if isinstance(event, StepEnded):
                self.steps += 1
                if self.steps == 3:
                    switch.pause()
                    third.set()

    def meddle() -> None:
        third.wait(10)
        switch.stop("from a thread")

    other = threading.Thread(target=meddle)
    other.start()
    with run_settings(switch=switch, observers=[Counter()]):
        result = talker("a").initiate_chat(talker("b"), message="Hello.", silent=True)
    other.join()
    assert result.stop_reason == ("stopped", "", "from a thread")
    assert result.usage.calls <= 4


def test_a_team_stops_by_itself_by_default():
    team = Team([talker("a", "Thanks!", "Thanks!"), talker("b", "Thanks!", "Thanks!")], choose="round_robin")
    assert str(team.run_sync("Thanks!").stop_reason).startswith("no progress")
    team = Team([talker("a", "Hm."), talker("b", "It is 4. TERMINATE")], choose="round_robin")
    result = team.run_sync("2 + 2?")
    assert (str(result.stop_reason), result.summary) == ("b said 'TERMINATE'", "It is 4.")
    assert len(Team([talker("a"), talker("b")], choose="round_robin").run_sync("Count.").chat_history) == 50
