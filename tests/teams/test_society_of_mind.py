"""Society of mind: a group that thinks behind one agent's face, by the classic import path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, Limits, Team, UserProxyAgent
from autogen.agentchat.contrib.society_of_mind_agent import SocietyOfMindAgent
from autogen.chats.termination import MaxTurns
from autogen.errors import ModelUnavailable
from autogen.events import ChatStarted
from autogen.teams.patterns.fan_out import FanOut
from autogen.testing import ScriptedHuman, ScriptedModel, calls
from tests.teams.transcripts import lines

if TYPE_CHECKING:
    from autogen.messages import ChatMessage


def agent(name: str, *replies: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent(name, "", model=ScriptedModel(*replies), **options)


def thinkers(*members: Any, max_round: int = 3) -> GroupChatManager:
    group = GroupChat(list(members), [], max_round=max_round, speaker_selection_method="round_robin")
    return GroupChatManager(group)


def partner(*answers: str | None) -> UserProxyAgent:
    return UserProxyAgent("partner", human=ScriptedHuman(*answers), code_execution_config=False)


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_the_group_discusses_and_one_answers_without_termination(api: str):
    manager = thinkers(agent("alice", "Perhaps 4."), agent("bob", "It is 4. TERMINATE"))
    mind = SocietyOfMindAgent("mind", chat_manager=manager, human_input_mode="NEVER")
    if api == "sync":
        result = partner("exit").initiate_chat(mind, message="2 + 2?", silent=True)
    else:
        result = await partner("exit").a_initiate_chat(mind, message="2 + 2?", silent=True)
    assert lines(result.chat_history) == ["partner: 2 + 2?", "mind: It is 4."]
    assert lines(manager.groupchat.messages) == ["mind: 2 + 2?", "alice: Perhaps 4.", "bob: It is 4. TERMINATE"]
    assert result.usage.calls == 2


async def test_each_message_begins_a_new_discussion_whose_members_know_what_was_said_outside():
    alice, bob = agent("alice", "a1", "a2"), agent("bob", "b1", "b2")
    mind = SocietyOfMindAgent("mind", thinkers(alice, bob), human_input_mode="NEVER")
    result = await partner("Second", "exit").a_initiate_chat(mind, message="First", silent=True)
    assert lines(result.chat_history) == ["partner: First", "mind: b1", "partner: Second", "mind: b2"]
    heard = [(each["role"], each.get("name"), each["content"]) for each in alice.model.requests[1].messages[1:]]
    assert heard == [("user", "partner", "First"), ("user", "mind", "b1"), ("user", "mind", "Second")]


async def test_the_answer_is_prepared_by_a_function_sync_or_async():
    def count(agent: SocietyOfMindAgent, messages: list[ChatMessage]) -> str:
        return f"{agent.name}: {len(messages)} messages"

    async def first(agent: SocietyOfMindAgent, messages: list[ChatMessage]) -> str:
        return str(messages[1].get("content"))

    for prepare, answer in ((count, "mind: 3 messages"), (first, "a1")):
        mind = SocietyOfMindAgent("mind", thinkers(agent("alice", "a1"), agent("bob", "b1")), prepare)
        assert (await mind.run("Go")).summary == answer


async def test_its_model_words_the_answer_from_the_transcript():
    def look() -> str:
        """Look."""
        return "seen"

    alice = agent("alice", calls(look), "It is there.", tools=[look])
    model = ScriptedModel("There.")
    manager = thinkers(alice, agent("bob", "Fine."), max_round=5)
    mind = SocietyOfMindAgent("mind", manager, "Answer in one word.", model=model)
    assert (await mind.run("Where?")).summary == "There."
    told = [(message["role"], message["content"]) for message in model.requests[0].messages]
    assert told[0][0] == "system"
    assert told[1:] == [
        ("user", "Where?"),
        ("user", "look({})"),
        ("user", "seen"),
        ("user", "Fine."),
        ("user", "It is there."),
        ("system", "Answer in one word."),
    ]


async def test_a_termination_message_a_function_call_and_no_manager_are_answered_as_ever():
    def add(a: int) -> str:
        return str(a + 1)

    mind = SocietyOfMindAgent("mind", None, function_map={"add": add}, default_auto_reply="Nobody thinks.")
    asked: Any = [{"role": "user", "content": "", "function_call": {"name": "add", "arguments": '{"a": 1}'}}]
    other = ConversableAgent("other")
    assert await mind.a_generate_reply(asked, other) == {"role": "function", "name": "add", "content": "2"}
    assert await mind.a_generate_reply([{"role": "user", "content": "Hi"}], other) == "Nobody thinks."
    mind.update_chat_manager(thinkers(agent("alice", "a"), agent("bob", "b")))
    assert mind.chat_manager is not None
    assert await mind.a_generate_reply([{"role": "user", "content": "Hi"}], other) == "b"
    final = SocietyOfMindAgent("final", mind.chat_manager, human_input_mode="NEVER")
    assert await final.a_generate_reply([{"role": "user", "content": "TERMINATE"}], other) is None


async def test_an_error_inside_is_the_error_of_the_chat():
    mind = SocietyOfMindAgent("mind", thinkers(agent("alice", ModelUnavailable("down")), agent("bob")))
    with pytest.raises(ModelUnavailable, match="down"):
        await mind.run("Go")


async def test_a_limit_inside_ends_the_outer_chat():
    team = Team([agent("alice", *"123"), agent("bob", *"456")], choose="round_robin", stop=MaxTurns(9))
    result = await SocietyOfMindAgent("mind", team).run("Go", limits=Limits(model_calls=3))
    assert (result.stop_reason and result.stop_reason.kind, result.usage.calls) == ("limit", 3)


async def test_minds_nest_and_are_members_and_their_talk_stays_inside():
    inner = SocietyOfMindAgent("inner", thinkers(agent("alice", "a"), agent("bob", "b")), human_input_mode="NEVER")
    outer = SocietyOfMindAgent("outer", thinkers(inner, agent("carol", "c")), human_input_mode="NEVER")
    listener = agent("listener", "l")
    team = Team([outer, listener], choose="round_robin", stop=MaxTurns(3))
    events = [event async for event in team.run_stream("Go")]
    assert [event.depth for event in events if isinstance(event, ChatStarted)] == [0, 1, 2]
    assert [message["content"] for message in listener.model.requests[0].messages[1:]] == ["Go", "c"]


async def test_one_manager_thinks_for_two_minds_at_once():
    manager = thinkers(agent("alice", "a", "a"), agent("bob", "b", "b"))
    panel = FanOut([SocietyOfMindAgent(name, manager, human_input_mode="NEVER") for name in ("one", "two")])
    assert (await panel.run("Go")).summary == "one: b\n\ntwo: b"


def test_a_prompt_without_a_model_is_refused():
    with pytest.raises(ValueError, match="mind has no model to give it to"):
        SocietyOfMindAgent("mind", None, "Answer in one word.")
