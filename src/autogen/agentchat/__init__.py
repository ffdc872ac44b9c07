"""Classic import path: the agents, and how they chat."""

from autogen.agents.assistant import AssistantAgent
from autogen.agents.conversable import ConversableAgent
from autogen.agents.toolbox import register_function
from autogen.agents.user_proxy import UserProxyAgent
from autogen.chats.result import ChatResult
from autogen.chats.sequence import a_initiate_chats, initiate_chats
from autogen.core.agent import Agent
from autogen.teams.group_chat import GroupChat
from autogen.teams.managing import GroupChatManager
from autogen.usage import gather_usage_summary

__all__ = [
    "Agent",
    "AssistantAgent",
    "ChatResult",
    "ConversableAgent",
    "GroupChat",
    "GroupChatManager",
    "UserProxyAgent",
    "a_initiate_chats",
    "gather_usage_summary",
    "initiate_chats",
    "register_function",
]
