"""Worker processes, each as a user starts it, on a database of a test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autogen.workers.on_dbos import DBOSQueue
from tests.apps.command import AUTOGEN, environment
from tests.servers.postgres_server import postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.postgres_server import Server

__all__ = ["postgres_server"]

PROGRAM = Path(__file__).with_name("held.py")
_PATIENCE_S = 60.0
_databases = count()


class Crew:
    """Workers on one database.

    Args:
        database: path or URL.
        folder: for their log and the ledger.
    """

    def __init__(self, database: str, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.ledger, self._log = folder / "ledger", folder / "log"
        self.ledger.touch()
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *options: str, program: Path = PROGRAM, **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        given = {"TEST_LEDGER": str(self.ledger), "AUTOGEN_DATABASE": self.database, **variables}
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [AUTOGEN, "worker", str(program), *options],
                env={**environment(self.folder, **given), "PYTHONPATH": str(Path(__file__).parents[2])},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def stop(self) -> list[int]:
        """Stop all in order, and return their exit codes."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(_PATIENCE_S) for process in self.processes]
        self.processes.clear()
        return codes

    def kill(self) -> None:
        """Leave nothing behind."""
        for process in self.processes:
            process.kill()
            process.wait()

    @property
    def log(self) -> str:
        """What they have told."""
        return self._log.read_text() if self._log.exists() else ""

    @property
    def sent(self) -> list[str]:
        """What is in the ledger."""
        return self.ledger.read_text().splitlines()

    def wait_for(self, words: str) -> None:
        """Wait until a worker has told something."""
        self._until(lambda: words in self.log, f"{words!r} was not told")

    def wait_for_mail(self, line: str) -> None:
        """Wait until something is in the ledger."""
        self._until(lambda: line in self.sent, f"{line!r} was not sent")

    def _until(self, holds: object, otherwise: str) -> None:
        assert callable(holds)
        until = time.monotonic() + _PATIENCE_S
        while not holds():
            assert time.monotonic() < until, f"{otherwise} within {_PATIENCE_S:g} s. Told was:\n{self.log}"
            time.sleep(0.02)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """Workers on an SQLite file."""
    crew = Crew(str(tmp_path / "work.db"), tmp_path)
    yield crew
    crew.kill()


@pytest.fixture
def postgres_crew(postgres_server: Server, tmp_path: Path) -> Iterator[Crew]:
    """Workers on PostgreSQL."""
    crew = Crew(postgres_database(postgres_server), tmp_path)
    yield crew
    crew.kill()


def postgres_database(server: Server) -> str:
    """Make a database, and return its URL."""
    import psycopg  # noqa: PLC0415 - only where there is a server

    name = f"work_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type] - a name of ours
    return server.url(name)


@pytest.fixture
def queue(crew: Crew) -> Iterator[DBOSQueue]:
    """Where conversations are submitted, in the SQLite file."""
    queue = DBOSQueue(crew.database)
    yield queue
    queue.close()


@pytest.fixture
def postgres_queue(postgres_crew: Crew) -> Iterator[DBOSQueue]:
    """Where conversations are submitted, in PostgreSQL."""
    queue = DBOSQueue(postgres_crew.database)
    yield queue
    queue.close()
