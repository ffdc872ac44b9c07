"""Classic import path of the stream types."""

from autogen.observers.stream import InputStream, IOStream, OutputStream

__all__ = ["IOStream", "InputStream", "OutputStream"]
