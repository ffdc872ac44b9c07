"""Classic import path: executors by name."""

from autogen.coding.config import CodeExecutorFactory

__all__ = ["CodeExecutorFactory"]
