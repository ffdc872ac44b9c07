"""The runtime log as a file: one JSON object a line."""

from __future__ import annotations

import json
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.core.runtime_log.session import timestamp
from autogen.observers.runtime_logs.plain_values import as_json, name_of, to_dict, without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping


class FileLogger:
    """Appends to a file in the folder `autogen_logs` of the current directory.

    Args:
        config: `filename` ("runtime.log" if not given).

    Raises:
        OSError: the file cannot be made, or written; also by every method.
    """

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        self.config = dict(config or {})
        self.session_id = str(uuid.uuid4())
        self.log_dir = str(Path.cwd() / "autogen_logs")
        self.log_file = str(Path(self.log_dir) / self.config.get("filename", "runtime.log"))
        Path(self.log_file).parent.mkdir(parents=True, exist_ok=True)
        self._file = Path(self.log_file).open("a", encoding="utf-8")  # noqa: SIM115 - open until it is stopped
        self._lock = threading.Lock()

    def start(self) -> str:
        """Begin with a line that names this session, and return its id."""
        self._write(event_name="session_started", session_id=self.session_id, timestamp=timestamp())
        return self.session_id

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
        """Write a model call."""
        self._write(
            invocation_id=str(invocation_id),
            client_id=client_id,
            wrapper_id=wrapper_id,
            request=to_dict(request),
            response=str(response),
            is_cached=is_cached,
            cost=cost,
            start_time=start_time,
            end_time=timestamp(),
            source_name=name_of(source),
        )

    def log_new_agent(self, agent: Any, init_args: Mapping[str, Any] | None = None) -> None:
        """Write an agent."""
        mind = getattr(agent, "mind", None)
        self._write(
            id=id(agent),
            agent_name=name_of(agent) if hasattr(agent, "name") else "",
            wrapper_id="" if mind is None else id(mind),
            session_id=self.session_id,
            current_time=timestamp(),
            agent_type=type(agent).__name__,
            args=without_secrets(init_args or {}),
        )

    def log_event(self, source: Any, name: str, **kwargs: Any) -> None:
        """Write an event; an agent is told by its class and module, too."""
        self._write(
            **_source(source),
            event_name=name,
            json_state=json.dumps(kwargs, default=lambda value: f"<<non-serializable: {type(value).__qualname__}>>"),
            timestamp=timestamp(),
        )

    def log_new_wrapper(self, wrapper: Any, init_args: Mapping[str, Any] | None = None) -> None:
        """Write a configuration of models."""
        self._write(
            wrapper_id=id(wrapper),
            session_id=self.session_id,
            json_state=as_json(without_secrets(init_args or {})),
            timestamp=timestamp(),
        )

    def log_new_client(self, client: Any, wrapper: Any, init_args: Mapping[str, Any]) -> None:
        """Write a model client."""
        self._write(
            client_id=id(client),
            wrapper_id=id(wrapper),
            session_id=self.session_id,
            **{"class": type(client).__name__},
            json_state=as_json(without_secrets(init_args)),
            timestamp=timestamp(),
        )

    def log_function_use(self, source: Any, function: Any, args: Any, returns: Any) -> None:
        """Write a call of a tool."""
        self._write(
            **_source(source),
            function_name=str(getattr(function, "__name__", function)),
            timestamp=timestamp(),
            input_args=as_json(args),
            returns=as_json(returns),
        )

    def get_connection(self) -> None:
        """Return nothing: a file has no connection."""

    def stop(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def _write(self, **entry: Any) -> None:
        line = json.dumps({**entry, "thread_id": threading.get_ident()}, default=str)
        with self._lock:
            self._file.write(f"{line}\n")
            self._file.flush()


def _source(source: Any) -> dict[str, Any]:
    if isinstance(source, str):
        return {"source_name": source}
    kind: Any = source.__class__
    return {
        "source_id": id(source),
        "source_name": name_of(source),
        "agent_module": kind.__module__,
        "agent_class": kind.__name__,
    }
