"""Anthropic's models, through its Messages API and the official SDK (extra `anthropic`)."""

from autogen.models.anthropic.wire import AnthropicWire

__all__ = ["AnthropicWire"]
