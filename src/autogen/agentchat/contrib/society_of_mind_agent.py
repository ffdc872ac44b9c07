"""Classic import path."""

from autogen.teams.patterns.society_of_mind import SocietyOfMindAgent

__all__ = ["SocietyOfMindAgent"]
