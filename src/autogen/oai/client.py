"""The classic's import path of `OpenAIWrapper` and of the protocol for clients of one's own."""

from autogen.models.classic.custom import ClassicModelClient as ModelClient
from autogen.models.wrapper import OpenAIWrapper

__all__ = ["ModelClient", "OpenAIWrapper"]
