"""Classic import path."""

from autogen.agents.assistant import AssistantAgent

__all__ = ["AssistantAgent"]
