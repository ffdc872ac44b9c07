"""Classic import path: the runtime log."""

from autogen.core.runtime_log.port import RuntimeLogger as BaseLogger
from autogen.observers.runtime_logs.functions import (
    LoggerFactory,
    get_connection,
    log_chat_completion,
    log_event,
    log_function_use,
    log_new_agent,
    log_new_client,
    log_new_wrapper,
    logging_enabled,
    start,
    stop,
)

__all__ = [
    "BaseLogger",
    "LoggerFactory",
    "get_connection",
    "log_chat_completion",
    "log_event",
    "log_function_use",
    "log_new_agent",
    "log_new_client",
    "log_new_wrapper",
    "logging_enabled",
    "start",
    "stop",
]
