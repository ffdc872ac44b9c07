"""Handoffs: the floor passes by tools, in one conversation that all hear."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, Team, UserProxyAgent
from autogen.chats.termination import MaxTurns
from autogen.errors import UnknownSpeaker
from autogen.events import MessageSent, SpeakerSelected, from_dict, to_dict
from autogen.teams.patterns import Orchestrator
from autogen.teams.policies import Graph, Handoff, Handoffs
from autogen.testing import ScriptedHuman, ScriptedModel, calls
from tests.teams.transcripts import lines


def agent(name: str, *replies: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent(name, model=ScriptedModel(*replies), description=f"Knows about {name}.", **options)


def seen_by(member: Any) -> list[Any]:
    return [list(request.messages) for request in member.model.requests]


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_a_tool_call_passes_the_floor_and_the_answer_ends_the_chat(api: str):
    triage = agent("triage", calls("transfer_to_billing", note="order 7"))
    billing = agent("billing", "You paid twice.")
    team = Team([triage, billing], choose=Handoffs({triage: [Handoff(billing, when="It is about money.")]}))
    result = team.run_sync("I paid twice?") if api == "sync" else await team.run("I paid twice?")
    assert lines(result.chat_history) == [
        "user: I paid twice?",
        'triage -> transfer_to_billing({"note": "order 7"})',
        "triage: billing goes on from here.\norder 7",
        "billing: You paid twice.",
    ]
    assert result.summary == "You paid twice."
    assert str(result.stop_reason) == "billing answered, and handed over to nobody."


async def test_the_model_is_told_of_each_way_and_when_to_take_it():
    triage, billing, repairs = agent("triage", "Hello."), agent("billing"), agent("repairs")
    Team(
        [triage, billing, repairs],
        choose=Handoffs({triage: [Handoff(billing, when="It is about money."), Handoff(repairs)]}),
    )
    await triage.run("Hello")
    told = [tool["function"] for tool in triage.model.requests[0].tools]
    assert [(each["name"], each["description"]) for each in told] == [
        ("transfer_to_billing", "Hand the conversation over to billing. It is about money."),
        ("transfer_to_repairs", "Hand the conversation over to repairs. Knows about repairs."),
    ]


async def test_the_next_speaker_sees_the_one_conversation_and_nothing_twice():
    triage = agent("triage", calls("transfer_to_billing"))
    billing = agent("billing", "Done.")
    await Team([triage, billing], choose=Handoffs({triage: [Handoff(billing)]})).run("Help")
    assert [(message["role"], message["content"]) for message in seen_by(billing)[0][1:]] == [
        ("user", "Help"),
        ("assistant", ""),
        ("tool", "billing goes on from here."),
    ]


async def test_a_tool_that_returns_a_handoff_passes_the_floor_by_data_and_not_by_its_text():
    def look_up(order: int) -> Handoff | str:
        """Look an order up."""
        return Handoff("billing", context=f"Order {order} was paid twice.") if order == 7 else "handoff_to billing"

    triage = agent("triage", calls(look_up, order=8), calls(look_up, order=7), tools=[look_up])
    billing = agent("billing", "You get it back.")
    result = await Team([triage, billing], choose=Handoffs({}, start=triage)).run("Orders 7 and 8?")
    assert lines(result.chat_history)[2:] == [
        "triage: handoff_to billing",
        'triage -> look_up({"order": 7})',
        "triage: billing goes on from here.\nOrder 7 was paid twice.",
        "billing: You get it back.",
    ]


async def test_a_context_is_text_or_made_from_the_group():
    async def said_so_far(group: GroupChat) -> str:
        return f"{len(group.messages)} messages so far."

    a = agent("a", calls("transfer_to_b"))
    b = agent("b", calls("transfer_to_c"))
    c = agent("c", "Done.")
    policy = Handoffs({a: [Handoff(b, context="Be kind.")], b: [Handoff(c, context=said_so_far)]})
    result = await Team([a, b, c], choose=policy).run("Go")
    assert [line for line in lines(result.chat_history) if "goes on" in line] == [
        "a: b goes on from here.\nBe kind.",
        "b: c goes on from here.\n4 messages so far.",
    ]


async def test_what_the_user_says_is_for_the_member_before_them():
    triage = agent("triage", calls("transfer_to_billing"))
    billing = agent("billing", "Which order?", "You get it back.")
    customer = UserProxyAgent("customer", human=ScriptedHuman("Order 7.", "exit"), code_execution_config=False)
    policy = Handoffs({triage: [Handoff(billing)]}, user=customer)
    result = await Team([triage, billing, customer], choose=policy).run("I paid twice")
    assert lines(result.chat_history)[3:] == [
        "billing: Which order?",
        "customer: Order 7.",
        "billing: You get it back.",
    ]
    assert str(result.stop_reason) == "customer's human typed 'exit'"


async def test_a_member_can_hand_over_to_the_human_who_opened_the_chat():
    triage = agent("triage", calls("transfer_to_customer", note="Which order?"), "You get it back.")
    customer = UserProxyAgent("customer", human=ScriptedHuman("Order 7.", "exit"), code_execution_config=False)
    team = Team([triage, customer], choose=Handoffs({triage: [Handoff(customer)]}, user=customer))
    await customer.a_initiate_chat(team, message="I paid twice", silent=True)
    assert lines(team.groupchat.messages) == [
        "customer: I paid twice",
        'triage -> transfer_to_customer({"note": "Which order?"})',
        "triage: customer goes on from here.\nWhich order?",
        "customer: Order 7.",
        "triage: You get it back.",
    ]


async def test_an_answer_goes_back_to_the_member_that_is_named():
    boss = agent("boss", calls("transfer_to_worker"), "All is done.")
    worker = agent("worker", "My part is done.")
    result = await Team([boss, worker], choose=Handoffs({boss: [Handoff(worker)]}, return_to=boss)).run("Go")
    assert lines(result.chat_history)[3:] == ["worker: My part is done.", "boss: All is done."]
    assert str(result.stop_reason) == "boss answered, and handed over to nobody."


async def test_the_first_of_several_handoffs_counts():
    a = agent("a", calls("transfer_to_b") | calls("transfer_to_c"))
    b, c = agent("b", "I am b."), agent("c")
    result = await Team([a, b, c], choose=Handoffs({a: [Handoff(b), Handoff(c)]})).run("Go")
    assert result.summary == "I am b."


async def test_two_who_hand_over_to_one_another_for_ever_are_stopped():
    a, b = agent("a", *[calls("transfer_to_b")] * 9), agent("b", *[calls("transfer_to_a")] * 9)
    team = Team([a, b], choose=Handoffs({a: [Handoff(b)], b: [Handoff(a)]}), stop=MaxTurns(10))
    result = await team.run("Go")
    assert (len(team.groupchat.messages), str(result.stop_reason)) == (10, "10 messages were said")
    assert result.summary == ""  # a call that was left open stays inside


async def test_a_handoff_to_a_stranger_is_an_error_that_names_the_members():
    a, b = agent("a", calls("transfer_to_nobody")), agent("b")
    with pytest.raises(UnknownSpeaker, match=r"'nobody', who is not in the group chat \(members: a, b\)"):
        await Team([a, b], choose=Handoffs({a: [Handoff("nobody")]})).run("Go")


def test_a_handoff_to_oneself_and_no_way_at_all_are_refused():
    a = agent("a")
    with pytest.raises(ValueError, match="a has the floor already"):
        Handoffs({a: [Handoff(a)]})
    with pytest.raises(ValueError, match="who begins"):
        Handoffs({})
    with pytest.raises(ValueError, match="Several tools are named 'transfer_to_b'"):
        Handoffs({a: [Handoff("b"), Handoff("b")]})


async def test_a_handoff_works_in_a_classic_group_and_the_events_tell_why():
    triage, billing = agent("triage", calls("transfer_to_billing")), agent("billing", "TERMINATE")
    group = GroupChat([triage, billing], [], speaker_selection_method=Handoffs({triage: [Handoff(billing)]}))
    manager = GroupChatManager(group)
    events = [event async for event in manager.run_stream("Help")]
    assert [(event.speaker, event.why) for event in events if isinstance(event, SpeakerSelected)] == [
        ("triage", "Handoffs chose"),
        ("triage", "triage works with tools"),
        ("billing", "triage handed over to billing"),
    ]
    told = [event for event in events if isinstance(event, MessageSent)]
    again = [from_dict(json.loads(json.dumps(to_dict(event)))) for event in told]
    assert [event.message for event in again if isinstance(event, MessageSent)] == [event.message for event in told]


async def test_a_swarm_is_a_tool_of_another_agent():
    triage, billing = agent("triage", calls("transfer_to_billing")), agent("billing", "Paid back.")
    team = Team([triage, billing], choose=Handoffs({triage: [Handoff(billing)]}), name="desk")
    boss = AssistantAgent("boss", model=ScriptedModel(calls("desk", task="Order 7"), "All well."), tools=[team])
    result = await boss.run("Go")
    assert lines(result.chat_history)[2:] == ["boss: Paid back.", "boss: All well."]


async def test_a_member_without_a_model_hands_over_by_what_it_answers():
    a = ConversableAgent(
        "a", human_input_mode="NEVER", default_auto_reply={"content": "Over.", "extras": {"handoff_to": "b"}}
    )
    b = agent("b", "Done.")
    result = await Team([a, b], choose=Handoffs({a: [Handoff(b)]})).run("Go")
    assert lines(result.chat_history) == ["user: Go", "a: Over.", "b: Done."]


def test_a_check_tells_of_handoffs_to_strangers_before_anything_is_said():
    a, b, c = agent("a"), agent("b"), agent("c")
    policy = Handoffs({a: [Handoff("nobody"), Handoff(b)], c: [Handoff(a)]}, return_to=c)
    assert [str(finding) for finding in Team([a, b], choose=policy).check().findings] == [
        "error: a may hand over to 'nobody', who is not a member",
        "error: the handoffs name 'c', who is not a member",
    ]
    assert Team([a, b, c], choose=Handoffs({a: [Handoff(b)]})).check().is_sound


def test_what_has_no_tools_cannot_hand_over():
    class Stranger:
        name = "stranger"

    with pytest.raises(TypeError, match="Stranger has no tools"):
        Handoffs({Stranger(): [Handoff("a")]})


def test_a_diagram_shows_the_ways_of_a_policy():
    a, b = agent("a"), agent("b")
    customer = UserProxyAgent("customer", human=ScriptedHuman(), code_execution_config=False)
    ways = {a: [Handoff(b)]}
    assert Team([a, b], choose=Handoffs(ways)).diagram().arrows == (("a", "b"),)
    with_user = Team([a, b, customer], choose=Handoffs(ways, user=customer)).diagram()
    back_and_forth = (("a", "customer"), ("b", "customer"), ("customer", "a"), ("customer", "b"))
    assert with_user.arrows == (("a", "b"), *back_and_forth)
    graph = Graph({a: [b, a], b: []}, start=a)
    assert Team([a, b], choose=graph).diagram().arrows == (("a", "b"), ("a", "a"))
    led = Orchestrator([a, b], model=ScriptedModel(), name="o").diagram()
    assert led.arrows == (("o_lead", "a"), ("a", "o_lead"), ("o_lead", "b"), ("b", "o_lead"))
