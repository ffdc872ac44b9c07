"""Debates that end by vote or judge, and drafts that are written until a critic approves."""

from __future__ import annotations

from typing import Any

import pytest

from autogen import AssistantAgent, Limits, Team
from autogen.teams.patterns.debate import Debate, majority, vote_of
from autogen.teams.patterns.fan_out import FanOut
from autogen.teams.patterns.reflection import Reflection
from autogen.teams.policies import Graph
from autogen.testing import ScriptedModel, calls
from tests.teams.transcripts import lines


def agent(name: str, *replies: Any) -> AssistantAgent:
    return AssistantAgent(name, "", model=ScriptedModel(*replies))


def heard(member: Any, call: int) -> list[Any]:
    return [message["content"] for message in member.model.requests[call].messages[1:]]


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_debaters_hear_the_others_and_the_majority_decides(api: str):
    a, b, c = agent("a", "It is 4.", "Answer: 5"), agent("b", "Answer: 5", "I stay. answer: 5."), agent("c", "6", "7")
    debate = Debate([a, b, c])
    result = debate.run_sync("2 + 3?") if api == "sync" else await debate.run("2 + 3?")
    assert lines(result.chat_history) == ["user: 2 + 3?", "debate: Answer: 5"]
    again = "The others say:\n\n{}\n\nThink again, and give your answer: a new one if they convince you, or the same."
    assert heard(a, 1) == ["2 + 3?", "It is 4.", again.format("b: Answer: 5\n\nc: 6")]
    assert heard(c, 1) == ["2 + 3?", "6", again.format("a: It is 4.\n\nb: Answer: 5")]
    assert result.usage.calls == 6


async def test_a_debate_ends_when_all_are_of_one_mind():
    result = await Debate([agent("a", "No.", "Yes"), agent("b", "Yes!", "Yes.")], rounds=9).run("Q")
    assert (result.summary, result.usage.calls) == ("Yes", 4)


async def test_of_equal_votes_the_first_debater_wins_and_a_vote_may_be_read_otherwise():
    assert (await Debate([agent("a", "x"), agent("b", "y")], rounds=1).run("Q")).summary == "x"
    last_word = Debate(
        [agent("a", "so 1"), agent("b", "thus 2"), agent("c", "hence 2")], rounds=1, vote=lambda text: text.split()[-1]
    )
    assert (await last_word.run("Q")).summary == "thus 2"


def test_a_vote_is_what_follows_the_last_answer():
    assert [vote_of(text) for text in ("Answer: 1? No. ANSWER: Forty two.", "forty-two", "")] == ["fortytwo"] * 2 + [""]
    assert majority(["b", "a", "A"], str.lower) == "a"


async def test_a_judge_decides_instead_an_agent_or_a_function():
    judge = agent("judge", "b is right.")
    assert (await Debate([agent("a", "1"), agent("b", "2")], rounds=1, judge=judge).run("Q")).summary == "b is right."
    assert "a: 1\n\nb: 2" in heard(judge, 0)[-1]
    by_rule = Debate([agent("a", "1"), agent("b", "2")], rounds=1, judge=lambda question, answers: answers["b"])
    assert (await by_rule.run("Q")).summary == "2"


async def test_two_debates_of_the_same_agents_at_once_do_not_mix():
    a, b = agent("a", *"1111"), agent("b", *"2222")
    panel = FanOut([Debate([a, b], name="one"), Debate([b, a], name="two")])
    assert (await panel.run("Q")).summary == "one: 1\n\ntwo: 2"
    assert sorted(len(heard(a, call)) for call in range(4)) == [1, 1, 3, 3]


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_a_draft_goes_to_the_critic_and_back_until_it_is_approved(api: str):
    writer, critic = agent("writer", "Draft 1", "Draft 2"), agent("critic", "Shorter.", "Good. APPROVED.")
    pair = Reflection(writer, critic)
    result = pair.run_sync("A slogan") if api == "sync" else await pair.run("A slogan")
    assert lines(result.chat_history) == ["user: A slogan", "reflection: Draft 2"]
    assert heard(writer, 1)[:2] == ["A slogan", "Draft 1"]
    assert "A critic says:\n\nShorter.\n\n" in heard(writer, 1)[2]
    assert heard(critic, 0)[0].startswith("The task:\n\nA slogan\n\nThe draft:\n\nDraft 1\n\n")
    assert heard(critic, 1)[2].startswith("The next draft:\n\nDraft 2\n\n")


async def test_the_rounds_of_a_reflection_are_bounded_and_the_last_draft_counts():
    writer, critic = agent("writer", *"123"), agent("critic", *["Not APPROVED yet, go on."] * 2)
    result = await Reflection(writer, critic, rounds=2).run("Go")
    assert (result.summary, result.usage.calls) == ("3", 5)


async def test_approval_may_be_told_otherwise():
    async def is_fine(review: str) -> bool:
        return review == "fine"

    result = await Reflection(agent("w", "1"), agent("c", "fine"), is_approved=is_fine).run("Go")
    assert result.summary == "1"


async def test_they_nest_in_one_another_and_in_teams_and_are_tools():
    pair = Reflection(agent("w", "Draft."), agent("c", "APPROVED"), name="writers")
    debate = Debate([pair, agent("b", "Draft")], name="debate")
    boss = AssistantAgent("boss", "", model=ScriptedModel(calls("debate", task="Go"), "TERMINATE"), tools=[debate])
    other = agent("other")
    result = await Team([boss, other], choose=Graph({boss: [other], other: []}, start=boss)).run("Begin")
    assert lines(result.chat_history)[2:] == ["boss: Draft.", "boss: TERMINATE"]


async def test_a_limit_ends_them_with_its_reason():
    pair = Reflection(agent("w", *"12"), agent("c", "No.", "No."))
    result = await pair.run("Go", limits=Limits(model_calls=3))
    assert (result.stop_reason and result.stop_reason.kind, result.usage.calls) == ("limit", 3)


def test_what_cannot_work_is_refused():
    a = agent("a")
    with pytest.raises(ValueError, match="debate needs at least 2"):
        Debate([a])
    with pytest.raises(ValueError, match="rounds=0"):
        Debate([a, agent("b")], rounds=0)
    with pytest.raises(ValueError, match="rounds=0"):
        Reflection(a, agent("b"), rounds=0)
