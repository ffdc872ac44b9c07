"""Patterns: several agents behind one, for tasks that one cannot solve well by itself."""

from autogen.teams.patterns.debate import Debate
from autogen.teams.patterns.fan_out import FanOut, Mixture
from autogen.teams.patterns.orchestrator import Orchestrator
from autogen.teams.patterns.reflection import Reflection
from autogen.teams.patterns.society_of_mind import SocietyOfMindAgent

__all__ = ["Debate", "FanOut", "Mixture", "Orchestrator", "Reflection", "SocietyOfMindAgent"]
