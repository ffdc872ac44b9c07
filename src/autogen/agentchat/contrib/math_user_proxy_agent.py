"""Classic import path."""

from autogen.agents.specialists.math_chat import PROMPTS, MathUserProxyAgent

__all__ = ["PROMPTS", "MathUserProxyAgent"]
