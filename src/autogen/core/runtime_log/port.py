"""Where the runtime log is written. Above stands the session that tells it; below, files and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class RuntimeLogger(Protocol):
    """Where the runtime log is written; the methods of classic loggers. A `source` is an agent or a name."""

    def start(self) -> str:
        """Begin, and return the id of this session."""
        ...

    def log_chat_completion(
        self,
        invocation_id: object,
        client_id: int,
        wrapper_id: int,
        source: Any,
        request: Mapping[str, Any],
        response: Any,
        is_cached: int,
        cost: float,
        start_time: str,
    ) -> None:
        """Write a model call: `response` is text (an error), `None` or an object, `cost` in US dollars."""
        ...

    def log_new_agent(self, agent: Any, init_args: Mapping[str, Any]) -> None:
        """Write an agent that was made."""
        ...

    def log_event(self, source: Any, name: str, **kwargs: Any) -> None:
        """Write what happened."""
        ...

    def log_new_wrapper(self, wrapper: Any, init_args: Mapping[str, Any]) -> None:
        """Write a configuration of models that is in use."""
        ...

    def log_new_client(self, client: Any, wrapper: Any, init_args: Mapping[str, Any]) -> None:
        """Write a model client that is in use."""
        ...

    def log_function_use(self, source: Any, function: Any, args: Any, returns: Any) -> None:
        """Write a call of a tool: the function or its name, what it was given, what it returned."""
        ...

    def stop(self) -> None:
        """Close what is open."""
        ...

    def get_connection(self) -> Any:
        """Return the database's connection; `None` where there is no database."""
        ...
