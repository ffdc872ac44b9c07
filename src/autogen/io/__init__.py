"""Classic names for input and output streams."""

from autogen.observers.stream import InputStream, IOConsole, IOStream, OutputStream

__all__ = ["IOConsole", "IOStream", "InputStream", "OutputStream"]
