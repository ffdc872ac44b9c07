"""Classic import path: the agents."""

from autogen.agents.assistant import AssistantAgent
from autogen.agents.conversable import ConversableAgent
from autogen.agents.user_proxy import UserProxyAgent
from autogen.chats.result import ChatResult
from autogen.core.agent import Agent

__all__ = ["Agent", "AssistantAgent", "ChatResult", "ConversableAgent", "UserProxyAgent"]
