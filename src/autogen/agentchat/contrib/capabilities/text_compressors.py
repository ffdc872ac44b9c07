"""Classic import path: whoever shortens texts."""

from autogen.memory.classic.texts import TextCompressor

__all__ = ["TextCompressor"]
