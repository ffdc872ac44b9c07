"""Classic import path: adding transforms to an agent."""

from autogen.memory.classic.adding import TransformMessages

__all__ = ["TransformMessages"]
