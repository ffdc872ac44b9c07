"""Classic import path."""

from autogen.chats.result import ChatResult
from autogen.chats.sequence import a_initiate_chats, initiate_chats

Prerequisite = tuple[int, int]

__all__ = ["ChatResult", "Prerequisite", "a_initiate_chats", "initiate_chats"]
