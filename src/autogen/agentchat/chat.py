"""Classic import path."""

from autogen.chats.result import ChatResult

__all__ = ["ChatResult"]
