"""Classic import path: the executor on this machine."""

from autogen.coding.local import LocalCommandLineCodeExecutor

__all__ = ["LocalCommandLineCodeExecutor"]
