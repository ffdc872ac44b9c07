"""Classic import path."""

from autogen.agents.conversable import ConversableAgent
from autogen.agents.toolbox import register_function

__all__ = ["ConversableAgent", "register_function"]
