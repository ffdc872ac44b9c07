"""Classic import path."""

from autogen.core.agent import Agent

__all__ = ["Agent"]
