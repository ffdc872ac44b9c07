"""What can be told of a team before it runs."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, Team
from autogen.chats.termination import MaxTurns, NoProgress, Says
from autogen.teams.blueprint.diagram import sequence_diagram
from autogen.testing import FunctionModel, ScriptedModel


def member(name: str, model: Any = None, **options: Any) -> ConversableAgent:
    usual: dict[str, Any] = {"human_input_mode": "NEVER", "default_auto_reply": f"I am {name}.", "model": model}
    return ConversableAgent(name, **(usual | options))


def findings(team: Any) -> list[str]:
    return [str(finding) for finding in team.check().findings]


def random_team(chance: random.Random) -> tuple[GroupChatManager, list[Any]]:
    """A group of any kind: some members with a model, some with inner chats, any method, any graph."""

    def answer(request: Any) -> str:
        return chance.choice(["ann", "bob", "ann or bob", "", "nobody", "cid", "dan"])

    members = [
        member(name, FunctionModel(answer) if chance.random() < 0.6 else None)
        for name in "abcd"[: chance.randint(2, 4)]
    ]
    for agent in members:
        if chance.random() < 0.4:
            inner: list[dict[str, Any]] = [
                {"recipient": member(f"inner{number}", FunctionModel(answer)), "max_turns": chance.randint(1, 3)}
                for number in range(chance.randint(1, 2))
            ]
            if chance.random() < 0.5:
                inner[0]["summary_method"] = "reflection_with_llm"
            agent.register_nested_chats(inner, trigger=lambda sender: isinstance(sender, GroupChatManager))
    ways: Any = None
    if chance.random() < 0.5:
        ways = {agent: chance.sample(members, chance.randint(0, len(members))) for agent in members}
        ways[members[0]] = members[1:]
    group = GroupChat(
        list[Any](members),
        [],
        max_round=chance.randint(1, 7),
        max_retries_for_selecting_speaker=chance.randint(0, 2),
        speaker_selection_method=chance.choice(["auto", "round_robin", "random", lambda last, group: "auto"]),
        allowed_or_disallowed_speaker_transitions=ways,
        speaker_transitions_type=None if ways is None else "allowed",
    )
    return GroupChatManager(group, model=FunctionModel(answer) if chance.random() < 0.7 else None), members


def test_no_team_ever_makes_more_model_calls_than_was_said_before():
    chance = random.Random(7)  # noqa: S311 - the same teams each time
    reached = 0
    for _ in range(150):
        manager, members = random_team(chance)
        report = manager.check()
        assert report.most_model_calls is not None
        most = 0
        for _ in range(4):
            opener: Any = chance.choice([*members, member("outsider")])
            result = opener.initiate_chat(manager, message="Hello.", silent=True)
            most = max(most, result.usage.calls)
            assert report.most_messages is not None
            assert len(manager.groupchat.messages) <= report.most_messages
        assert most <= report.most_model_calls
        reached += most == report.most_model_calls
    assert reached > 20  # the bound is no idle one


def test_a_team_that_cannot_stop_is_an_error_and_one_that_may_is_a_warning():
    a, b = member("a"), member("b")
    endless = Team([a, b], choose="round_robin", stop=MaxTurns(5) & Says("never said"), name="endless")
    assert findings(endless) == ["warning: no bound on its messages: it stops only when its stop condition holds"]
    assert (endless.check().most_model_calls, endless.check().most_messages) == (None, None)
    manager = GroupChatManager(GroupChat([a, b], [], max_round=10**6, speaker_selection_method="round_robin"))
    assert findings(manager) == ["error: chat_manager cannot be shown to stop: give it MaxTurns(…) or a max_round"]
    assert not manager.check().is_sound
    default = Team([a, b], choose="round_robin").check()
    assert (default.findings, default.most_messages, default.most_model_calls) == ((), 50, 0)


def test_the_bound_of_a_stop_condition_is_read_out_of_it():
    a, b = member("a", ScriptedModel("x")), member("b", ScriptedModel("y"))
    bounds = [
        (MaxTurns(7) | NoProgress(), 7),
        (MaxTurns(7) | MaxTurns(4), 4),
        (MaxTurns(7) & MaxTurns(4), 7),
        (Says("done"), None),
    ]
    for stop, most in bounds:
        report = Team([a, b], choose="round_robin", stop=stop).check()
        assert report.most_messages == most
        assert report.most_model_calls == (None if most is None else most - 1)


def test_who_never_speaks_is_named():
    a, b, c = member("a"), member("b"), member("c")
    ways: Any = {a: [b], b: [a], c: []}
    assert findings(Team([a, b, c], choose="round_robin", transitions=ways)) == [
        "warning: c follows nobody: it can only answer whoever opens from outside",
        "warning: c never speaks: the round passes it over",
        "note: nobody may follow c: the talk ends there",
    ]


def test_a_tool_that_nobody_runs_is_an_error():
    def book(table: int) -> str:
        """Book a table."""
        return f"table {table}"

    asker, other = AssistantAgent("asker", model=ScriptedModel("x")), member("other")
    asker.register_for_llm()(book)
    team = Team([asker, other], choose="round_robin")
    assert findings(team) == ["error: asker may call 'book', and no member can run it"]
    other.register_for_execution()(book)
    assert findings(team) == []


def test_an_agent_as_a_tool_has_no_bound_of_its_own():
    worker = AssistantAgent("worker", model=ScriptedModel("x"))
    boss = AssistantAgent("boss", model=ScriptedModel("x"), tools=[worker])
    assert Team([boss, member("b")], choose="round_robin").check().most_model_calls is None


def test_what_is_wrong_with_a_classic_group_is_found_without_running_it():
    a, twin = member("a"), member("a")
    manager = GroupChatManager(GroupChat([a, twin], [], speaker_selection_method="best"))
    assert findings(manager) == [
        "error: 2 members are named 'a'",
        "error: speaker_selection_method='best' does not exist",
    ]
    alone = GroupChatManager(GroupChat([a], []))
    assert findings(alone) == [
        "error: 1 member; a group has at least two",
        "warning: the manager has no model to choose the speaker by: it goes round in order",
    ]


def test_a_report_reads_as_text():
    report = Team([member("a", ScriptedModel("x")), member("b")], choose="round_robin").check()
    assert str(report) == "nothing to complain about\nmessages at the most: 50\nmodel calls at the most: 49"


def test_a_team_is_drawn_with_its_ways():
    a, b = member("a"), member('b "the <best>"')
    diagram = Team([a, b], choose="round_robin", transitions={a: [b, a], b: []}).diagram()
    assert diagram.mermaid == (
        'flowchart LR\n    n0["a"]\n    n1["b #34;the #60;best#62;#34;"]\n    n0 --> n1\n    n0 --> n0\n'
    )
    assert diagram.svg.count("<rect") == 3
    assert "&lt;best&gt;" in diagram.svg
    assert diagram.png[:4] == b"\x89PNG"


def test_a_group_without_transitions_is_drawn_around_its_manager():
    manager = GroupChatManager(GroupChat([member("a"), member("b")], [], speaker_selection_method="random"))
    assert manager.diagram().boxes == (("chat_manager", "random"), ("a", ""), ("b", ""))
    assert manager.diagram().arrows == (
        ("chat_manager", "a"),
        ("a", "chat_manager"),
        ("chat_manager", "b"),
        ("b", "chat_manager"),
    )


def test_a_finished_conversation_is_drawn_in_order():
    call = {"id": "1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    messages: Any = [
        {"name": "user", "content": "Add; please"},
        {"name": "assistant", "content": None, "tool_calls": [call]},
        {"name": "user", "content": "3\n" + "x" * 80},
    ]
    assert sequence_diagram(messages) == (
        "sequenceDiagram\n"
        "    participant p0 as user\n"
        "    participant p1 as assistant\n"
        "    p0->>p1: Add#59; please\n"
        "    p1->>p0: calls add\n"
        f"    p0->>p1: 3 {'x' * 57}…\n"
    )


@pytest.mark.parametrize("messages", [[], [{"role": "user", "content": "alone"}]])
def test_a_short_conversation_can_be_drawn(messages: Any):
    assert sequence_diagram(messages).startswith("sequenceDiagram\n")
