"""The functions of the classic module `runtime_logging`: turning the log on and off, and writing into it by hand."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from autogen.core.runtime_log.session import begin, current_log, end
from autogen.observers.runtime_logs.lines import FileLogger
from autogen.observers.runtime_logs.tables import SqliteLogger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.core.runtime_log.port import RuntimeLogger

_logger = logging.getLogger("autogen")


class LoggerFactory:
    """Makes loggers by name."""

    @staticmethod
    def get_logger(logger_type: str = "sqlite", config: Mapping[str, Any] | None = None) -> SqliteLogger | FileLogger:
        """Return the logger of a kind: "sqlite" (`config["dbname"]`) or "file" (`config["filename"]`).

        Raises:
            ValueError: another kind.
        """
        if logger_type == "sqlite":
            return SqliteLogger(config)
        if logger_type == "file":
            return FileLogger(config)
        raise ValueError(f"Unknown logger type: {logger_type} (known: 'sqlite', 'file')")


def start(
    logger: RuntimeLogger | None = None, logger_type: str = "sqlite", config: Mapping[str, Any] | None = None
) -> str:
    """Log what happens in this process from now on, and return the id of the session; a log that is on is stopped.

    Args:
        logger: any object with the methods of `autogen.core.runtime_log.port.RuntimeLogger`.
        logger_type: "sqlite" or "file", where no logger is given.
        config: `{"dbname": …}` or `{"filename": …}`.

    Raises:
        ValueError: another type.
        sqlite3.Error: the database cannot be opened.
        OSError: the file cannot be opened.
    """
    chosen = logger or LoggerFactory.get_logger(logger_type, config)
    end()
    return begin(chosen)


def stop() -> None:
    """Log no more, and close the log."""
    end()


def logging_enabled() -> bool:
    """Tell whether the log is on."""
    return current_log() is not None


def get_connection() -> Any:
    """Return the connection of the database in which is logged; `None` if there is none."""
    logger = _logger_for("get_connection")
    return None if logger is None else logger.get_connection()


def log_chat_completion(
    invocation_id: object,
    client_id: int,
    wrapper_id: int,
    agent: Any,
    request: Mapping[str, Any],
    response: Any,
    is_cached: int,
    cost: float,
    start_time: str,
) -> None:
    """Write a model call."""
    logger = _logger_for("log_chat_completion")
    if logger is not None:
        logger.log_chat_completion(
            invocation_id, client_id, wrapper_id, agent, request, response, is_cached, cost, start_time
        )


def log_new_agent(agent: Any, init_args: Mapping[str, Any]) -> None:
    """Write an agent that was made."""
    logger = _logger_for("log_new_agent")
    if logger is not None:
        logger.log_new_agent(agent, init_args)


def log_event(source: Any, name: str, **kwargs: Any) -> None:
    """Write what happened."""
    logger = _logger_for("log_event")
    if logger is not None:
        logger.log_event(source, name, **kwargs)


def log_function_use(agent: Any, function: Any, args: Any, returns: Any) -> None:
    """Write a call of a tool."""
    logger = _logger_for("log_function_use")
    if logger is not None:
        logger.log_function_use(agent, function, args, returns)


def log_new_wrapper(wrapper: Any, init_args: Mapping[str, Any]) -> None:
    """Write a configuration of models."""
    logger = _logger_for("log_new_wrapper")
    if logger is not None:
        logger.log_new_wrapper(wrapper, init_args)


def log_new_client(client: Any, wrapper: Any, init_args: Mapping[str, Any]) -> None:
    """Write a model client."""
    logger = _logger_for("log_new_client")
    if logger is not None:
        logger.log_new_client(client, wrapper, init_args)


def _logger_for(function: str) -> RuntimeLogger | None:
    log = current_log()
    if log is None:
        _logger.error("runtime_logging.%s: the log is off; call runtime_logging.start first.", function)
        return None
    return log.logger
