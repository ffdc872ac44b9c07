"""OpenAI's Responses API, which keeps the reasoning of its models from turn to turn."""

from autogen.models.responses.wire import ResponsesWire

__all__ = ["ResponsesWire"]
