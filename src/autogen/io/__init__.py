"""Classic names for input and output streams."""

from autogen.observers.stream import InputStream, IOConsole, IOStream, OutputStream
from autogen.observers.websocket_stream import IOWebsockets

__all__ = ["IOConsole", "IOStream", "IOWebsockets", "InputStream", "OutputStream"]
