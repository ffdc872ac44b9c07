"""The tables in PostgreSQL: one connection, made anew when it was lost."""

from __future__ import annotations

import os
import threading
import time
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from autogen.errors import JournalUnusable
from autogen.stores.postgres.failures import ConnectionLost, refuse, tell
from autogen.stores.postgres.schema import prepare
from autogen.stores.tables.database import check_is_here

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from autogen.stores.postgres.address import Address

T = TypeVar("T")
Durability = Literal["process", "power"]
Connection = psycopg.Connection[tuple[Any, ...]]

_COMMITS = {"process": "off", "power": "on"}
_LOCKS_WAIT = "10s"
_PAUSE_S = 0.2
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_FEW = 8
_MANY = 1000
_ARRAYS = ("bigint", "bigint", "text", "text", "bigint", "bigint", "float8", "text", "bigint", "text")
_INSERT_MANY = f"INSERT INTO records SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in _ARRAYS)})"  # noqa: S608 - of constants
_SESSION = (
    "SELECT set_config('search_path', %s, false), set_config('synchronous_commit', %s, false),"
    " set_config('lock_timeout', %s, false), set_config('default_transaction_isolation', 'read committed', false),"
    " pg_advisory_lock_shared(%s)"
)


class PostgresDatabase:
    """A connection to the tables; see `Database`.

    Args:
        address: of the database.
        schema: of the tables.
        durability: see `PostgresJournal`.
        session: the number of the lock by which others know that this session lives.
        patience_s: how long a server that went away is waited for.

    Attributes:
        connections: how many there have been: one more each time that the server was lost.
    """

    def __init__(
        self, address: Address, schema: str, durability: Durability, *, session: int, patience_s: float
    ) -> None:
        self.place = address.place
        self.connections = 0
        self.patience_s = patience_s
        self._address, self._schema, self._session = address, schema, session
        self._commits = _COMMITS[durability]
        self._lock = threading.RLock()
        self._process_id = os.getpid()
        self._is_over = threading.Event()
        self._is_transacting = False
        self._connection = self._connect()

    @property
    def is_here(self) -> bool:
        """Whether it was opened in this process, and not in one that this one was forked from."""
        return self._process_id == os.getpid()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute a statement, and return its rows; a question is asked again if the connection is found to be lost."""
        check_is_here(self)
        with self._lock:
            try:
                return self._ask(statement, values)
            except ConnectionLost:
                if self._is_transacting or not statement.startswith("SELECT") or self._is_over.is_set():
                    raise
                self._connection = self._connect_again()
                return self._ask(statement, values)

    def scan(self, statement: str, values: Sequence[Any] = ()) -> AbstractContextManager[list[tuple[Any, ...]]]:
        """Execute a statement, and give its rows."""
        return nullcontext(self.execute(statement, values))

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows to `records`, by one statement as far as that goes."""
        check_is_here(self)
        with self._lock:
            if len(rows) <= _FEW:
                self._run(_insert_of(len(rows)), sum(rows, ()))
            elif len(rows) <= _MANY or self._is_transacting:
                for start in range(0, len(rows), _MANY):
                    columns = zip(*rows[start : start + _MANY], strict=True)
                    self._run(_INSERT_MANY, [list(column) for column in columns])
            else:
                self.transact(lambda: self.insert(rows))

    def transact(self, work: Callable[[], T], run_id: str | None = None) -> T:
        """Do something as one transaction; the row of a run is locked against its writers, wherever they are."""
        check_is_here(self)
        with self._lock:
            self._begin()
            self._is_transacting = True
            try:
                if run_id is not None:
                    self._ask("SELECT 1 FROM runs WHERE id = ? FOR UPDATE", (run_id,))
                done = work()
                self._run("COMMIT")
            except BaseException:
                if self._is_open:
                    self._run("ROLLBACK")
                raise
            finally:
                self._is_transacting = False
        return done

    def problems(self) -> list[str]:
        """Return nothing: the server checks its own pages."""
        return []

    def tidy(self) -> None:
        """Do nothing: the server does so by itself."""

    def close(self) -> None:
        """Close the connection, and wait for the server no longer."""
        self._is_over.set()
        with self._lock:
            self._connection.close()

    @property
    def _is_open(self) -> bool:
        """Whether there is a transaction to roll back."""
        connection = self._connection
        return not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE

    def _begin(self) -> None:
        try:
            self._run("BEGIN")
        except ConnectionLost:  # nothing was done yet
            if self._is_over.is_set():
                raise
            self._connection = self._connect_again()
            self._run("BEGIN")

    def _ask(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor = self._run(_translated(statement), values)
        return cursor.fetchall() if cursor.description else []

    def _run(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values)  # type: ignore[arg-type] - statements are ours, values are bound
        except (psycopg.Error, UnicodeEncodeError) as error:
            tell(self._address, error, is_lost=self._connection.closed)

    def _connect(self) -> Connection:
        """Return a new connection.

        Raises:
            JournalUnusable: there is none to be had.
        """
        try:
            connection = psycopg.connect(**self._address.parameters, autocommit=True)
        except psycopg.Error as error:
            refuse(self._address, error)
        try:
            connection.execute(_SESSION, (f'"{self._schema}"', self._commits, _LOCKS_WAIT, self._session))
            prepare(connection, self._address, self._schema)
        except psycopg.Error as error:
            connection.close()
            refuse(self._address, error)
        except BaseException:
            connection.close()
            raise
        self.connections += 1
        return connection

    def _connect_again(self) -> Connection:
        """Return a connection in place of the one that was lost, waiting for the server as long as that was allowed.

        Raises:
            ConnectionLost: it does not come back.
        """
        self._connection.close()
        until = time.monotonic() + self.patience_s
        while True:
            try:
                return self._connect()
            except JournalUnusable as error:
                if time.monotonic() >= until or self._is_over.wait(_PAUSE_S):
                    raise ConnectionLost(
                        f"{error} What was acknowledged is there. When the server is back, go on with the run (resume=True)."
                    ) from error


@cache
def _translated(statement: str) -> str:
    return statement.replace("?", "%s")


@cache
def _insert_of(count: int) -> str:
    return f"INSERT INTO records VALUES {', '.join([_ROW] * count)}"  # noqa: S608 - of constants
