"""Classic import path."""

from autogen.teams.group_chat import GroupChat
from autogen.teams.managing import GroupChatManager

__all__ = ["GroupChat", "GroupChatManager"]
