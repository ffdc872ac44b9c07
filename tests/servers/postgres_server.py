"""A PostgreSQL server of the tests' own: one for all of a session's processes, gone when the last of them is.

Each process of the tests shares a lock on a file for as long as it lives. A keeper starts the server, waits until it has
that lock for itself, and then stops the server and removes its files: also where tests failed, or were killed.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_STARTS_WITHIN_S = 30.0
_SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 200
fsync = off
shared_buffers = 32MB
log_min_messages = fatal
"""
_AS_THIS_PROCESS_LIVES = ("--pdeathsig", "QUIT")  # the kernel ends it when this one is gone, however that comes about
_WHO = """
host all locked 127.0.0.1/32 scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
"""


def programs() -> Path:
    """Return the folder of the server's programs; Debian keeps it off the PATH. Skip the test where there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        words = "PostgreSQL is not installed: scripts/install-system-packages installs it"
        if "CI" in os.environ:
            pytest.fail(words)
        pytest.skip(words)
    return folders[-1]


def _user() -> int | None:
    """Return the ordinary user that the server runs as, if this is not one: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names["nobody"])


class Server:
    """A cluster in a folder, that can be started, stopped and killed.

    Args:
        folder: it is made by `create`.
        port: on 127.0.0.1.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._programs, self._user = programs(), _user()
        self._as_user = [] if self._user is None else [f"--reuid={self._user}", "--clear-groups"]
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def create(cls) -> Server:
        """Make a cluster that does not wait for the disk."""
        server = cls(Path(tempfile.mkdtemp(prefix="autogen-postgres-", dir="/tmp")), _free_port())
        if server._user is not None:
            os.chown(server.folder, server._user, -1)
        data = server.folder / "data"
        how = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        making = server._popen("initdb", "-D", str(data), *how, log=subprocess.DEVNULL)
        assert making.wait(60) == 0, "initdb failed"
        with (data / "postgresql.conf").open("a") as file:
            file.write(f"{_SETTINGS}port = {server.port}\nunix_socket_directories = '{server.folder}'\n")
        (data / "pg_hba.conf").write_text(_WHO)
        return server

    def start(self) -> None:
        """Start it, and return when it answers; it ends with the thread that has started it."""
        state = self.folder / "data" / "postmaster.pid"
        with (self.folder / "log").open("a") as log:
            self._process = self._popen("postgres", "-D", str(self.folder / "data"), log=log)
        until = time.monotonic() + _STARTS_WITHIN_S
        while not (state.exists() and state.read_text().rstrip().endswith("ready")):
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop it; "immediate" is as if it had crashed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        self._process.wait(60)

    def remove(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", user: str = "tester") -> str:
        """Return the URL of a database."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def _popen(self, program: str, *arguments: str, log: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["/usr/bin/setpriv", *_AS_THIS_PROCESS_LIVES, *self._as_user, str(self._programs / program), *arguments],
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def shared_server(meeting_place: Path) -> Generator[Server]:
    """Start the server of a session, or share the one that another process has started.

    Args:
        meeting_place: a folder that all processes of the session know.
    """
    programs()
    ready, users = meeting_place / "postgres-port", meeting_place / "postgres-users"
    with users.open("a") as living:
        with (meeting_place / "postgres-starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(living, fcntl.LOCK_SH)  # while it is being stopped, this waits
            if not ready.exists():
                _start_keeper(meeting_place, ready)
        folder, port = ready.read_text().split("\n")
        yield Server(Path(folder), int(port))


def _start_keeper(meeting_place: Path, ready: Path) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.postgres_server", str(meeting_place)],
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + _STARTS_WITHIN_S
    while not ready.exists():
        if keeper.poll() is not None or time.monotonic() > until:
            keeper.kill()
            raise RuntimeError("The PostgreSQL server of the tests did not start.")
        time.sleep(0.02)
    keeper.returncode = 0  # it outlives this process, and nobody is to wait for it


def keep(meeting_place: Path) -> None:
    """Start a server, and stop it when nobody uses it any more."""
    import psycopg  # noqa: PLC0415 - only where there is a server

    server = Server.create()
    ready = meeting_place / "postgres-port"
    try:
        server.start()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE locked LOGIN PASSWORD 'not told'")
        written = ready.with_suffix(".new")
        written.write_text(f"{server.folder}\n{server.port}")
        written.rename(ready)
        with (meeting_place / "postgres-users").open("a") as living:
            fcntl.flock(living, fcntl.LOCK_EX)
            ready.unlink(missing_ok=True)
            server.stop("immediate")
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all tests of a session share."""
    own = tmp_path_factory.getbasetemp()
    meeting_place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with shared_server(meeting_place) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Server) -> str:
    """Return the URL of a database for this process of the tests."""
    import psycopg  # noqa: PLC0415 - only where there is a server

    name = f"tests_{os.getpid()}"
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type] - a name of ours
    return postgres_server.url(name)


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """Return the URL of a database with nothing in it."""
    import psycopg  # noqa: PLC0415 - only where there is a server

    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS autogen CASCADE")
    return postgres_database


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
