"""Policies: who speaks next, as callables `(last_speaker, group)` for `Team(choose=…)` and `GroupChat`."""

from autogen.teams.policies.graph import Edge, Graph
from autogen.teams.policies.handoff import Handoff, Handoffs

__all__ = ["Edge", "Graph", "Handoff", "Handoffs"]
