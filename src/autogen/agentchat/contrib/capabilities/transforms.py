"""Classic import path: transforms of messages."""

from autogen.memory.classic.adding import MessageTransform
from autogen.memory.classic.limiters import MessageHistoryLimiter, MessageTokenLimiter
from autogen.memory.classic.texts import TextMessageCompressor, TextMessageContentName

__all__ = [
    "MessageHistoryLimiter",
    "MessageTokenLimiter",
    "MessageTransform",
    "TextMessageCompressor",
    "TextMessageContentName",
]
