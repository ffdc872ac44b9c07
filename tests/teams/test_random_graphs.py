"""Random graphs and random handoffs: nobody speaks whom no way leads to, and all of them end."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from autogen import ConversableAgent, GroupChat, Team
from autogen.chats.termination import MaxTurns
from autogen.teams.policies import Edge, Graph, Handoff, Handoffs
from autogen.teams.policies.handoff import HANDED_TO

GRAPHS = 300


def speaker(name: str, *says: Any) -> ConversableAgent:
    member = ConversableAgent(name, human_input_mode="NEVER", max_consecutive_auto_reply=10**6)
    rest = iter(says)

    async def reply(*_: Any, **__: Any) -> tuple[bool, Any]:
        return True, next(rest, "done")

    member.register_reply([ConversableAgent, None], reply)
    return member


def who_spoke(group: GroupChat) -> list[str]:
    return [message.get("name", "") for message in group.messages[1:]]


@settings(max_examples=GRAPHS, deadline=None)
@given(st.integers(2, 6), st.integers(1, 3), st.integers(0, 2**32))
async def test_a_walk_keeps_to_the_open_edges_and_to_the_bound(size: int, most: int, seed: int):
    chance = random.Random(seed)  # noqa: S311 - drawn by the test
    words = ["red", "green", "blue"]
    members = [speaker(f"m{n}", *(chance.choice(words) for _ in range(most))) for n in range(size)]
    edges: dict[Any, list[Edge]] = {
        member: [Edge(to, chance.choice([None, *words])) for to in chance.sample(members, chance.randint(0, size))]
        for member in members
    }
    for before, after in pairwise(members):  # so that every member can be reached
        edges[before].append(Edge(after, "never said"))
    group = Team(members, choose=Graph(edges, start=members[0], max_visits=most), stop=MaxTurns(999))
    await group.run("Go")
    said = group.groupchat.messages[1:]
    names = who_spoke(group.groupchat)
    assert names[0] == "m0"
    assert max(names.count(name) for name in names) <= most
    for before, after in pairwise(said):
        ways = edges[group.groupchat.agent_by_name(before["name"])]
        assert any(way.to.name == after["name"] and way.when in (None, before["content"]) for way in ways)


@settings(max_examples=GRAPHS // 4, deadline=None)
@given(st.integers(2, 6), st.integers(0, 12), st.integers(0, 2**32))
async def test_the_floor_is_where_it_was_handed_to(size: int, length: int, seed: int):
    chance = random.Random(seed)  # noqa: S311 - drawn by the test
    names = [f"m{n}" for n in range(size)]
    way = ["m0"]
    for _ in range(length):
        way.append(chance.choice([name for name in names if name != way[-1]]))
    says: dict[str, list[Any]] = {name: [] for name in names}
    for name, to in pairwise(way):
        says[name].append({"content": "Over to you.", "extras": {HANDED_TO: to}})
    members = [speaker(name, *says[name]) for name in names]
    policy = Handoffs({member: [Handoff(other) for other in members if other is not member] for member in members})
    team = Team(members, choose=policy, stop=MaxTurns(999))
    await team.run("Go")
    assert who_spoke(team.groupchat) == way
