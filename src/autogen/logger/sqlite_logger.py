"""Classic import path: the runtime log as tables."""

from autogen.observers.runtime_logs.plain_values import as_json as safe_serialize
from autogen.observers.runtime_logs.tables import SqliteLogger

__all__ = ["SqliteLogger", "safe_serialize"]
