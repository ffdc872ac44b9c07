"""Classic import path."""

from autogen.chats.result import ChatResult
from autogen.chats.sequence import a_initiate_chats, initiate_chats

__all__ = ["ChatResult", "a_initiate_chats", "initiate_chats"]
