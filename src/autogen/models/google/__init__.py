"""Google's Gemini models, through their own API and the official SDK (extra `google`)."""

from autogen.models.google.wire import GoogleWire

__all__ = ["GoogleWire"]
