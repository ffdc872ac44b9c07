"""An orchestrator plans, instructs, looks at what came of it, plans anew when stuck, and answers in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogen import AssistantAgent, Limits, Team
from autogen.chats.termination import MaxTurns
from autogen.errors import BadReply
from autogen.events import SpeakerSelected
from autogen.messages import text_of
from autogen.teams.patterns.orchestrator import LEDGER, Orchestrator
from autogen.testing import ScriptedModel, calls
from tests.teams.transcripts import lines


def agent(name: str, *replies: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent(name, "", model=ScriptedModel(*replies), description=f"Does {name}.", **options)


def plan(speaker: str, instruction: str = "Begin.", **more: Any) -> str:
    return json.dumps({"facts": ["f"], "plan": ["p"], "next_speaker": speaker, "instruction": instruction, **more})


def step(speaker: str = "", instruction: str = "Go on.", *, done: bool = False, progress: bool = True) -> str:
    told = {"is_done": done, "is_progressing": progress, "next_speaker": speaker, "instruction": instruction}
    return json.dumps(told)


def ledgers(team: Team) -> list[tuple[Any, ...]]:
    """Return (next speaker, rounds, stalls, replans) after each word of the lead."""
    told = [message["extras"][LEDGER] for message in team.groupchat.messages if LEDGER in message.get("extras", {})]
    return [tuple(each[key] for key in ("next_speaker", "rounds", "stalls", "replans")) for each in told]


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_it_plans_instructs_and_answers(api: str):
    model = ScriptedModel(plan("search", "Find it."), step("write", "Write it."), step(done=True), "Here it is.")
    team = Orchestrator([agent("search", "Found."), agent("write", "TERMINATE")], model=model)
    result = team.run_sync("A report") if api == "sync" else await team.run("A report")
    assert lines(result.chat_history) == [
        "user: A report",
        "orchestrator_lead: Facts:\n- f\n\nPlan:\n1. p\n\nsearch: Find it.",
        "search: Found.",
        "orchestrator_lead: write: Write it.",
        "write: TERMINATE",
        "orchestrator_lead: Here it is.",
    ]
    assert str(result.stop_reason) == "orchestrator_lead gave the final answer."
    assert ledgers(team) == [("search", 1, 0, 0), ("write", 2, 0, 0), (None, 2, 0, 0)]
    assert (result.summary, result.usage.calls) == ("Here it is.", 6)


async def test_the_lead_knows_the_team_and_the_conversation():
    model = ScriptedModel(plan("search"), step(done=True), "Done.")
    await Orchestrator([agent("search", "Found.")], model=model).run("A report")
    first, second, _ = (request.messages for request in model.requests)
    assert "search: Does search." in text_of(first[-1])
    assert [message["content"] for message in second[1:4]] == [
        "A report",
        "Facts:\n- f\n\nPlan:\n1. p\n\nsearch: Begin.",
        "Found.",
    ]


async def test_without_progress_it_plans_anew_and_gives_up_within_bounds():
    model = ScriptedModel(
        plan("a"),
        step("a", progress=False),
        step("a", progress=False),  # the second stall: one more than is borne
        plan("a", "Otherwise."),
        step("a", progress=False),
        step("a", progress=False),
        "I could not do it.",
    )
    team = Orchestrator([agent("a", *"1234")], model=model, max_stalls=1, max_replans=1)
    result = await team.run("Go")
    assert ledgers(team) == [("a", 1, 0, 0), ("a", 2, 1, 0), ("a", 3, 0, 1), ("a", 4, 1, 1), (None, 4, 2, 1)]
    assert result.summary == "I could not do it."


async def test_progress_takes_a_stall_away():
    model = ScriptedModel(plan("a"), step("a", progress=False), step("a"), step("a"), step(done=True), "Done.")
    team = Orchestrator([agent("a", *"1234")], model=model, max_stalls=1)
    await team.run("Go")
    assert [stalls for _, _, stalls, _ in ledgers(team)] == [0, 1, 0, 0, 0]


async def test_the_rounds_are_bounded():
    model = ScriptedModel(plan("a"), step("a"), "No time left.")
    result = await Orchestrator([agent("a", *"12")], model=model, max_rounds=2).run("Go")
    assert (result.summary, result.usage.calls) == ("No time left.", 5)


async def test_a_task_that_is_solved_at_once_is_answered_at_once():
    model = ScriptedModel('{"is_done": true}', "42")
    assert (await Orchestrator([agent("a")], model=model).run("6 * 7")).summary == "42"


async def test_json_is_mended_found_in_prose_and_asked_for_again():
    loose = "Sure: ```json\n{'is_done': False, 'next_speaker': 'a', 'instruction': 'Go.',}\n```"
    model = ScriptedModel("No idea.", plan("nobody"), loose, step(done=True), "Done.")
    result = await Orchestrator([agent("a", "1")], model=model).run("Go")
    assert lines(result.chat_history)[1] == "orchestrator_lead: a: Go."
    asked = [message["content"] for message in model.requests[2].messages[-4:]]
    assert asked == [
        "No idea.",
        "This cannot be used: there is no JSON object in it.\nAnswer with the JSON object, and nothing else.",
        plan("nobody"),
        "This cannot be used: next_speaker is 'nobody', and must be one of a.\nAnswer with the JSON object, and nothing else.",
    ]


async def test_three_answers_that_are_no_json_are_an_error_that_shows_the_last():
    model = ScriptedModel("No.", "No.", json.dumps({"next_speaker": "a"}))
    with pytest.raises(BadReply, match="orchestrator_lead gave no JSON object that can be used: instruction must say"):
        await Orchestrator([agent("a")], model=model).run("Go")


async def test_a_member_keeps_the_floor_while_it_works_with_tools():
    def look() -> str:
        """Look."""
        return "seen"

    model = ScriptedModel(plan("a"), step(done=True), "Done.")
    team = Orchestrator([agent("a", calls(look), "It is there.", tools=[look])], model=model)
    events = [event async for event in team.run_stream("Go")]
    assert [(event.speaker, event.why) for event in events if isinstance(event, SpeakerSelected)] == [
        ("orchestrator_lead", "the ledger chose"),
        ("a", "round 1 of orchestrator_lead"),
        ("a", "a works with tools"),
        ("a", "a works with tools"),
        ("orchestrator_lead", "the ledger chose"),
    ]


async def test_it_nests_is_a_tool_obeys_limits_and_stops_on_conditions():
    inner = Orchestrator([agent("a", "1")], model=ScriptedModel(plan("a"), step(done=True), "Inner."), name="inner")
    outer = Orchestrator([inner], model=ScriptedModel(plan("inner"), step(done=True), "Outer."), name="outer")
    boss = AssistantAgent("boss", "", model=ScriptedModel(calls("outer", task="Go"), "Done."), tools=[outer])
    assert lines((await boss.run("Begin")).chat_history)[2:] == ["boss: Outer.", "boss: Done."]
    endless = Orchestrator([agent("a", *"1" * 9)], model=ScriptedModel(plan("a"), *[step("a")] * 9))
    limited = await endless.run("Go", limits=Limits(model_calls=5))
    assert (limited.stop_reason and limited.stop_reason.kind, limited.usage.calls) == ("limit", 5)
    short = Orchestrator([agent("a", *"1" * 9)], model=ScriptedModel(plan("a"), *[step("a")] * 9), stop=MaxTurns(4))
    assert str((await short.run("Go")).stop_reason) == "4 messages were said"


async def test_a_second_task_begins_anew_also_with_the_history_kept():
    model = ScriptedModel(plan("a"), step(done=True), "One.", plan("a"), step(done=True), "Two.")
    team = Orchestrator([agent("a", "1", "2")], model=model)
    await team.run("First")
    result = await team.run("Second", clear_history=False)
    assert (result.summary, ledgers(team)[-1]) == ("Two.", (None, 1, 0, 0))


def test_what_cannot_work_is_refused():
    with pytest.raises(ValueError, match="needs a model to plan with"):
        Orchestrator([agent("a")])
    with pytest.raises(ValueError, match="max_rounds from 1"):
        Orchestrator([agent("a")], model=ScriptedModel(), max_rounds=0)
    with pytest.raises(ValueError, match="at least two members"):
        Orchestrator([], model=ScriptedModel())
