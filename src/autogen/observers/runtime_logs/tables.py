"""The runtime log as tables of an SQLite file, with the names and columns that classic programs query."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from autogen.core.runtime_log.session import timestamp
from autogen.observers.runtime_logs.plain_values import as_json, name_of, to_dict, without_secrets

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_TABLES = """
CREATE TABLE IF NOT EXISTS chat_completions (
    id INTEGER PRIMARY KEY, invocation_id TEXT, client_id INTEGER, wrapper_id INTEGER, session_id TEXT,
    source_name TEXT, request TEXT, response TEXT, is_cached INTEGER, cost REAL, start_time DATETIME, end_time DATETIME);
CREATE TABLE IF NOT EXISTS agents (
    id INTEGER PRIMARY KEY, agent_id INTEGER, wrapper_id INTEGER, session_id TEXT, name TEXT, class TEXT,
    init_args TEXT, timestamp DATETIME, UNIQUE (agent_id, session_id, name));
CREATE TABLE IF NOT EXISTS oai_wrappers (
    id INTEGER PRIMARY KEY, wrapper_id INTEGER, session_id TEXT, init_args TEXT, timestamp DATETIME);
CREATE TABLE IF NOT EXISTS oai_clients (
    id INTEGER PRIMARY KEY, client_id INTEGER, wrapper_id INTEGER, session_id TEXT, class TEXT, init_args TEXT,
    timestamp DATETIME);
CREATE TABLE IF NOT EXISTS events (
    event_name TEXT, source_id INTEGER, source_name TEXT, agent_module TEXT, agent_class_name TEXT,
    id INTEGER PRIMARY KEY, json_state TEXT, timestamp DATETIME);
CREATE TABLE IF NOT EXISTS function_calls (
    source_id INTEGER, source_name TEXT, function_name TEXT, args TEXT, returns TEXT, timestamp DATETIME);
CREATE TABLE IF NOT EXISTS version (id INTEGER PRIMARY KEY CHECK (id = 1), version_number INTEGER NOT NULL);
INSERT OR IGNORE INTO version (id, version_number) VALUES (1, 1);
"""


class SqliteLogger:
    """Writes each entry into its table; an agent logged twice keeps the later facts.

    Args:
        config: `dbname`, the file ("logs.db" if not given).

    Raises:
        sqlite3.Error: the file cannot be opened, or written; also by every method.
    """

    schema_version = 1

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        import sqlite3  # noqa: PLC0415 - only for a log in use

        self.config = dict(config or {})
        self.dbname = str(self.config.get("dbname", "logs.db"))
        self.session_id = str(uuid.uuid4())
        self.con: sqlite3.Connection = sqlite3.connect(self.dbname, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()

    def start(self) -> str:
        """Make the tables that are missing, and return the id of this session."""
        with self._lock:
            self.con.execute("PRAGMA journal_mode = WAL")
            self.con.execute("PRAGMA synchronous = NORMAL")
            self.con.executescript(_TABLES)
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
        """Add a model call."""
        is_text = response is None or isinstance(response, str)
        answered = {"response": response} if is_text else to_dict(response, exclude=("message_retrieval_function",))
        self._insert(
            "chat_completions",
            invocation_id=str(invocation_id),
            client_id=client_id,
            wrapper_id=wrapper_id,
            session_id=self.session_id,
            source_name=name_of(source),
            request=as_json(request),
            response=as_json(answered),
            is_cached=is_cached,
            cost=cost,
            start_time=start_time,
            end_time=timestamp(),
        )

    def log_new_agent(self, agent: Any, init_args: Mapping[str, Any]) -> None:
        """Add an agent."""
        self._insert(
            "agents",
            agent_id=id(agent),
            wrapper_id=_id_of_wrapper(agent),
            session_id=self.session_id,
            name=name_of(agent),
            **{"class": type(agent).__name__},
            init_args=as_json(without_secrets(init_args)),
            timestamp=timestamp(),
        )

    def log_event(self, source: Any, name: str, **kwargs: Any) -> None:
        """Add an event."""
        is_agent = not isinstance(source, str)
        self._insert(
            "events",
            source_id=id(source) if is_agent else None,
            source_name=name_of(source),
            event_name=name,
            agent_module=type(source).__module__ if is_agent else None,
            agent_class_name=type(source).__name__ if is_agent else None,
            json_state=as_json(kwargs),
            timestamp=timestamp(),
        )

    def log_new_wrapper(self, wrapper: Any, init_args: Mapping[str, Any]) -> None:
        """Add a configuration of models."""
        self._insert(
            "oai_wrappers",
            wrapper_id=id(wrapper),
            session_id=self.session_id,
            init_args=as_json(without_secrets(init_args)),
            timestamp=timestamp(),
        )

    def log_new_client(self, client: Any, wrapper: Any, init_args: Mapping[str, Any]) -> None:
        """Add a model client."""
        self._insert(
            "oai_clients",
            client_id=id(client),
            wrapper_id=id(wrapper),
            session_id=self.session_id,
            **{"class": type(client).__name__},
            init_args=as_json(without_secrets(init_args)),
            timestamp=timestamp(),
        )

    def log_function_use(self, source: Any, function: Any, args: Any, returns: Any) -> None:
        """Add a call of a tool."""
        self._insert(
            "function_calls",
            source_id=None if isinstance(source, str) else id(source),
            source_name=name_of(source),
            function_name=str(getattr(function, "__name__", function)),
            args=as_json(args),
            returns=as_json(returns),
            timestamp=timestamp(),
        )

    def get_connection(self) -> sqlite3.Connection:
        """Return the connection, to query while the log is on."""
        return self.con

    def stop(self) -> None:
        """Close the file."""
        with self._lock:
            self.con.close()

    def _insert(self, table: str, **values: Any) -> None:
        places = ", ".join("?" * len(values))
        names = ", ".join(values)
        statement = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of this file
        with self._lock:
            self.con.execute(statement, tuple(values.values()))


def _id_of_wrapper(agent: Any) -> int | None:
    mind = getattr(agent, "mind", None)
    return None if mind is None else id(mind)
