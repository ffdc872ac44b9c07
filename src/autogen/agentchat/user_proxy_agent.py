"""Classic import path."""

from autogen.agents.user_proxy import UserProxyAgent

__all__ = ["UserProxyAgent"]
