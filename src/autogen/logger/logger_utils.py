"""Classic import path: values for a log."""

from autogen.core.runtime_log.session import timestamp as get_current_ts
from autogen.observers.runtime_logs.plain_values import to_dict

__all__ = ["get_current_ts", "to_dict"]
