"""Who may follow whom: a graph of speakers, its checks, and its inverse."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.agent import Agent

    Graph = dict[Agent, list[Agent]]

_logger = logging.getLogger("autogen")


def allowed_transitions(
    agents: Sequence[Agent], given: Graph | None, kind: str | None, repeats: bool | list[Agent] | None
) -> Graph:
    """Return who may follow whom.

    Args:
        agents: the members.
        given: the transitions of the user, or `None` for all.
        kind: "allowed" or "disallowed", in any case.
        repeats: whether (or which) members may follow themselves; without `given` only.

    Raises:
        ValueError: transitions without a kind, or a kind that does not exist.
    """
    if given is None:
        may_repeat = repeats if isinstance(repeats, list) else [] if repeats is False else agents
        return {
            agent: [*(other for other in agents if other is not agent), *([agent] if agent in may_repeat else [])]
            for agent in agents
        }
    kind = kind.lower() if kind is not None else None
    if kind not in {"allowed", "disallowed"}:
        raise ValueError(f"speaker_transitions_type={kind!r}: with transitions it must be 'allowed' or 'disallowed'.")
    _check_shape(given)
    return given if kind == "allowed" else invert_disallowed_to_allowed(given, list(agents))


def check_graph_validity(
    allowed_speaker_transitions_dict: Graph,
    agents: list[Agent],
    allow_repeat_speaker: bool | list[Agent] | None = True,  # noqa: ARG001 - of the classic signature
) -> None:
    """Check a graph of speakers; what is only odd is logged as a warning.

    Raises:
        ValueError: no dict of lists, no agent in it, no way at all, or an agent that is not among `agents`.
    """
    _check_shape(allowed_speaker_transitions_dict)
    graph = allowed_speaker_transitions_dict
    targets = [target for ways in graph.values() for target in ways]
    if agents and not graph:
        raise ValueError("The graph of speakers is empty: name at least one agent and who may follow it.")
    if agents and not targets:
        raise ValueError("The graph of speakers has no way at all: nobody may follow anybody.")
    strangers = [agent for agent in [*graph, *targets] if agent not in agents]
    if strangers:
        names = ", ".join(repr(getattr(agent, "name", agent)) for agent in dict.fromkeys(strangers))
        raise ValueError(f"The graph of speakers names {names}, not among the agents of the group.")
    isolated = [agent for agent in graph if not graph[agent] and agent not in targets]
    if isolated:
        _warn("The graph of speakers has isolated agents: %s.", isolated)
    if set(graph) != set(agents):
        _warn("The agents of the graph do not match agents of the group; without a way: %s.",
              [agent for agent in agents if agent not in graph])  # fmt: skip
    for agent, ways in graph.items():
        if len(ways) != len(set(ways)):
            _warn(f"{agent.name} has duplicate followers in the graph of speakers: %s.", ways)


def has_self_loops(allowed_speaker_transitions: Graph) -> bool:
    """Tell whether any agent may follow itself."""
    return any(agent in ways for agent, ways in allowed_speaker_transitions.items())


def invert_disallowed_to_allowed(disallowed_speaker_transitions_dict: Graph, agents: list[Agent]) -> Graph:
    """Return the graph of all ways that are not disallowed."""
    forbidden = disallowed_speaker_transitions_dict
    return {agent: [other for other in agents if other not in forbidden.get(agent, ())] for agent in agents}


def _check_shape(graph: object) -> None:
    if not isinstance(graph, dict):
        raise ValueError(f"The transitions must be a dict of agent to a list of agents, not {graph!r}.")  # noqa: TRY004 - as in the classic
    for agent, ways in cast("dict[Any, Any]", graph).items():
        if not isinstance(ways, list):
            name = getattr(agent, "name", agent)
            raise ValueError(f"The transitions of {name!r} must be a list of agents, not {ways!r}.")  # noqa: TRY004 - as in the classic


def _warn(text: str, agents: Sequence[Agent]) -> None:
    _logger.warning(text, ", ".join(agent.name for agent in agents))
