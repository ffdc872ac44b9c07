"""Classic import path: loggers by name."""

from autogen.observers.runtime_logs.functions import LoggerFactory

__all__ = ["LoggerFactory"]
