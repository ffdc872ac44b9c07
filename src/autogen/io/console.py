"""Classic import path of the terminal stream."""

from autogen.observers.stream import IOConsole

__all__ = ["IOConsole"]
