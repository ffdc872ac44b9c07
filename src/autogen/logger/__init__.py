"""Classic import path: loggers of the runtime log."""

from autogen.observers.runtime_logs.functions import LoggerFactory
from autogen.observers.runtime_logs.lines import FileLogger
from autogen.observers.runtime_logs.tables import SqliteLogger

__all__ = ["FileLogger", "LoggerFactory", "SqliteLogger"]
