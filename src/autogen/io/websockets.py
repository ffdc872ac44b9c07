"""Classic import path of the stream over a websocket."""

from autogen.observers.websocket_stream import IOWebsockets

__all__ = ["IOWebsockets"]
