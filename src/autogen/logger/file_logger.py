"""Classic import path: the runtime log as a file."""

from autogen.observers.runtime_logs.lines import FileLogger
from autogen.observers.runtime_logs.plain_values import as_json as safe_serialize

__all__ = ["FileLogger", "safe_serialize"]
