"""A graph of members: edges with conditions, ends, and loops that end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, Team
from autogen.teams.policies import Edge, Graph
from autogen.testing import ScriptedModel, calls
from tests.teams.transcripts import lines

if TYPE_CHECKING:
    from autogen import GroupChat


def agent(name: str, *replies: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent(name, model=ScriptedModel(*replies), **options)


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_conditions_say_where_it_goes_on(api: str):
    writer = agent("writer", "Draft 1", "Draft 2")
    critic = agent("critic", "Please revise.", "I approve.")
    printer = agent("printer", "Printed.")
    graph = Graph(
        {writer: [critic], critic: [Edge(writer, when="REVISE"), Edge(printer)], printer: []},
        start=writer,
    )
    team = Team([writer, critic, printer], choose=graph)
    result = team.run_sync("Write") if api == "sync" else await team.run("Write")
    assert lines(result.chat_history) == [
        "user: Write",
        "writer: Draft 1",
        "critic: Please revise.",
        "writer: Draft 2",
        "critic: I approve.",
        "printer: Printed.",
    ]
    assert str(result.stop_reason) == "printer is an end of the graph."


async def test_a_condition_may_be_a_function_of_the_group_sync_or_async():
    async def is_long(group: GroupChat) -> bool:
        return len(group.messages) > 3

    def never(group: GroupChat) -> bool:
        return False

    a, b = agent("a", "1", "2", "3"), agent("b", "end")
    graph = Graph({a: [Edge(b, never), Edge(b, is_long), Edge(a)], b: []}, start=a)
    result = await Team([a, b], choose=graph).run("0")
    assert lines(result.chat_history) == ["user: 0", "a: 1", "a: 2", "a: 3", "b: end"]


async def test_a_member_keeps_the_floor_while_it_works_with_tools():
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    one = agent("one", calls(add, a=1, b=2), "It is 3.", tools=[add])
    two = agent("two", "Thanks.")
    result = await Team([one, two], choose=Graph({one: [two], two: []}, start=one)).run("1 + 2")
    assert lines(result.chat_history)[1:] == ['one -> add({"a": 1, "b": 2})', "one: 3", "one: It is 3.", "two: Thanks."]


async def test_loops_are_bounded_and_the_bound_is_told():
    a, b = agent("a", *"123"), agent("b", *"456")
    team = Team([a, b], choose=Graph({a: [b], b: [a]}, start=a, max_visits=2))
    result = await team.run("0")
    assert lines(result.chat_history) == ["user: 0", "a: 1", "b: 4", "a: 2", "b: 5"]
    assert str(result.stop_reason) == "a spoke 2 times (max_visits)."


async def test_a_second_run_counts_anew():
    a, b = agent("a", *"1234"), agent("b", *"5678")
    team = Team([a, b], choose=Graph({a: [b], b: [a]}, start=a, max_visits=2))
    first = await team.run("0")
    again = await team.run("0")
    assert (first.turns, again.turns) == (5, 5)


async def test_it_ends_where_no_edge_is_open_and_after_a_named_end():
    a, b = agent("a", "No."), agent("b")
    closed = await Team([a, b], choose=Graph({a: [Edge(b, when="yes")], b: [a]}, start=a)).run("0")
    assert (closed.summary, str(closed.stop_reason)) == ("No.", "No edge from a is open.")
    a, b = agent("a", "No."), agent("b", "Yes.")
    ended = await Team([a, b], choose=Graph({a: [b], b: [a]}, start=a, ends=[b])).run("0")
    assert (ended.summary, str(ended.stop_reason)) == ("Yes.", "b is an end of the graph.")


@pytest.mark.parametrize(
    ("edges", "start", "ends", "told"),
    [
        ({"a": ["b"]}, "a", "", "An edge leads from 'a' to 'b', who is no member of the graph"),
        ({"a": []}, "b", "", "The graph starts at 'b', who is no member"),
        ({"a": []}, "a", "b", "The graph ends at 'b', who is no member"),
        ({"a": [], "b": ["a"]}, "a", "", "No way leads from 'a' to 'b'"),
        ({"a": ["b", "c"], "b": [], "c": []}, "a", "b", "'c' has no edge and is not among the ends"),
        ({"a": ["b"], "b": ["a"], "c": []}, "a", "c", "No way leads from 'a' to 'c'"),
    ],
)
def test_a_graph_that_dangles_is_refused_when_it_is_made(edges: dict[str, list[str]], start: str, ends: str, told: str):
    agents = {name: agent(name) for name in "abc"}
    with pytest.raises(ValueError, match=told):
        Graph(
            {agents[node]: [agents[to] for to in ways] for node, ways in edges.items()},
            start=agents[start],
            ends=[agents[name] for name in ends],
        )


def test_a_bound_of_no_visit_is_refused():
    a = agent("a")
    with pytest.raises(ValueError, match="max_visits=0"):
        Graph({a: []}, start=a, max_visits=0)


def test_a_check_tells_of_members_outside_of_the_graph():
    a, b, c = agent("a"), agent("b"), agent("c")
    team = Team([a, c], choose=Graph({a: [b], b: []}, start=a))
    assert [str(finding) for finding in team.check().findings] == [
        "error: the graph names 'b', who is not a member",
        "error: c never speaks: it is not in the graph",
    ]
