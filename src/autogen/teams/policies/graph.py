"""A graph of members: who speaks is where the conversation stands, and edges say where it may go from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from autogen.core.sync import call
from autogen.errors import NoEligibleSpeaker
from autogen.messages import text_of
from autogen.teams.policies.tool_work import goes_on_with_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from autogen.core.agent import Agent
    from autogen.teams.group_chat import GroupChat

MAX_VISITS = 10


@dataclass(frozen=True)
class Edge:
    """A way on.

    Args:
        to: the member that speaks next.
        when: a text that the last message must have in it (in any case), or a function of the group, sync or async,
            that tells whether this way is open; `None` for always.
    """

    to: Agent
    when: str | Callable[[Any], Any] | None = None

    async def is_open(self, group: GroupChat) -> bool:
        """Tell whether this way may be taken now."""
        if self.when is None:
            return True
        if isinstance(self.when, str):
            return self.when.casefold() in text_of(group.messages[-1]).casefold()
        return bool(await call(self.when, group))


class Graph:
    """A policy: after a member has spoken, the first of its edges that is open says who is next.

    Who works with tools keeps the floor. The chat ends after a member of `ends`, or where no edge is open.

    Args:
        edges: by member, the ways on in the order in which they are looked at: edges, or members for edges that are
            always open.
        start: who begins.
        ends: members after whose word it ends; those without an edge if not given.
        max_visits: how often each member may be gone to; an edge to one that was there so often is closed.

    Raises:
        ValueError: an edge from or to nowhere, a member that nothing leads to, or an end that cannot be reached.
    """

    def __init__(
        self,
        edges: Mapping[Any, Sequence[Any]],
        *,
        start: Agent,
        ends: Collection[Agent] = (),
        max_visits: int = MAX_VISITS,
    ) -> None:
        self.edges = {
            node: [each if isinstance(each, Edge) else Edge(each) for each in ways] for node, ways in edges.items()
        }
        self.start, self.max_visits = start, max_visits
        self.ends = list(ends) or [node for node, ways in self.edges.items() if not ways]
        self._walks: WeakKeyDictionary[GroupChat, _Walk] = WeakKeyDictionary()
        _check(self)

    async def __call__(self, last_speaker: Agent, group: GroupChat) -> Agent:
        """Return whom the graph leads to."""
        working = goes_on_with_tools(last_speaker, group)
        if working is not None:
            return working
        if len(group.messages) == 1:
            self._walks.pop(group, None)
            return self.start
        if last_speaker not in self.edges:
            return self.start
        if last_speaker in self.ends:
            raise NoEligibleSpeaker(f"{last_speaker.name} is an end of the graph.")
        visits = self._walks.setdefault(group, _Walk()).visits(group)
        tired: list[str] = []
        for edge in self.edges[last_speaker]:
            if not await edge.is_open(group):
                continue
            if visits.get(edge.to.name, 0) < self.max_visits:
                group.last_choice = f"an edge from {last_speaker.name}"
                return edge.to
            tired.append(edge.to.name)
        if tired:
            raise NoEligibleSpeaker(f"{', '.join(tired)} spoke {self.max_visits} times (max_visits).")
        raise NoEligibleSpeaker(f"No edge from {last_speaker.name} is open.")

    def check(self, group: GroupChat) -> list[str]:
        """Return what cannot work in this group."""
        strangers = [node for node in self.edges if node not in group.agents]
        idle = [agent for agent in group.agents if agent not in self.edges]
        return [
            *(f"the graph names {node.name!r}, who is not a member" for node in strangers),
            *(f"{agent.name} never speaks: it is not in the graph" for agent in idle),
        ]

    def arrows(self, group: GroupChat) -> list[tuple[str, str]]:  # noqa: ARG002 - the graph knows its members
        """Return who may follow whom, by name."""
        return [(node.name, edge.to.name) for node, edges in self.edges.items() for edge in edges]


class _Walk:
    """How often each member has said something other than what belongs to its work with tools; only new messages are read."""

    def __init__(self) -> None:
        self._seen = 0
        self._visits: dict[str, int] = {}

    def visits(self, group: GroupChat) -> Mapping[str, int]:
        messages = group.messages
        if self._seen > len(messages):
            self._seen, self._visits = 0, {}
        for message in messages[max(self._seen, 1) :]:  # the first one opened the chat
            if message.get("role") not in {"tool", "function"} and "tool_calls" not in message:
                name = message.get("name", "")
                self._visits[name] = self._visits.get(name, 0) + 1
        self._seen = len(messages)
        return self._visits


def _check(graph: Graph) -> None:
    known = list(graph.edges)
    names = ", ".join(node.name for node in known)
    if graph.start not in known:
        raise ValueError(f"The graph starts at {graph.start.name!r}, who is no member of it (members: {names}).")
    for node, ways in graph.edges.items():
        for edge in ways:
            if edge.to not in known:
                raise ValueError(
                    f"An edge leads from {node.name!r} to {edge.to.name!r}, who is no member of the graph "
                    f"(members: {names}). Add {edge.to.name!r} to the edges, with an empty list for an end."
                )
    for end in graph.ends:
        if end not in known:
            raise ValueError(f"The graph ends at {end.name!r}, who is no member of it (members: {names}).")
    reached = _reached(graph)
    for node in known:
        if node not in reached:
            raise ValueError(f"No way leads from {graph.start.name!r} to {node.name!r}. Add an edge, or take it out.")
        if not graph.edges[node] and node not in graph.ends:
            raise ValueError(f"{node.name!r} has no edge and is not among the ends. Add an edge, or make it an end.")
    if graph.max_visits < 1:
        raise ValueError(f"max_visits={graph.max_visits}: give a whole number from 1.")


def _reached(graph: Graph) -> set[Any]:
    reached: set[Any] = set()
    waiting: list[Any] = [graph.start]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            if node not in graph.ends:
                waiting += [edge.to for edge in graph.edges[node]]
    return reached
