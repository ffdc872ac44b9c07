"""Classic import path."""

from autogen.agents.conversable import ConversableAgent

__all__ = ["ConversableAgent"]
