"""A container engine for the tests: one for all workers of a session, started by the first, ended by the last."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

IMAGE = "localhost/autogen-python"
SCRIPT = Path(__file__).parents[2] / "scripts/container-engine"
before_it_ends: list[Callable[[], None]] = []
_START_S = 120
_PREFIX = "autogen-engine-"


@pytest.fixture(scope="session")
def container_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real engine with one image; `DOCKER_HOST` names it for the whole session."""
    top = tmp_path_factory.getbasetemp()
    shared = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / "container-engine"
    shared.mkdir(exist_ok=True)
    address = _joined(shared)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        yield address
        for end in before_it_ends:
            end()
    _leave(shared)


def _joined(shared: Path) -> str:
    with _locked(shared) as users:
        told = shared / "address"
        if not told.exists():
            told.write_text(_start(shared))
        users.append(os.getpid())
        address = told.read_text()
    if not address.startswith("unix://"):
        if os.environ.get("CI"):
            pytest.fail(f"CI runs everything or fails. {address}")
        pytest.skip(f"NO CONTAINER ENGINE: {address}")
    return address


def _start(shared: Path) -> str:
    """Return the engine's address, or why there is none."""
    if shutil.which("podman") is None:
        return "podman is not installed; scripts/install-system-packages installs it"
    _end_what_was_left()
    directory = tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp")  # a socket's path must be short
    (Path(directory) / "session").write_text(str(shared / "users"))
    done = subprocess.run(
        [sys.executable, SCRIPT, "start", directory], capture_output=True, text=True, timeout=_START_S, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(directory, ignore_errors=True)
        return f"{SCRIPT.name}: {done.stderr.strip()}"
    (shared / "directory").write_text(directory)
    return done.stdout.strip()


def _end_what_was_left() -> None:
    """End the engines of sessions that were killed."""
    for directory in Path("/tmp").glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            users: list[int] = json.loads(Path((directory / "session").read_text()).read_text())
            if users and not _lives(users):
                subprocess.run(
                    [sys.executable, SCRIPT, "stop", directory], capture_output=True, timeout=_START_S, check=False
                )


def _lives(users: list[int]) -> bool:
    return any(Path(f"/proc/{user}").exists() for user in users)


def _leave(shared: Path) -> None:
    with _locked(shared) as users:
        users.remove(os.getpid())
        if _lives(users) or not (shared / "directory").exists():
            return
        directory = (shared / "directory").read_text()
        subprocess.run([sys.executable, SCRIPT, "stop", directory], capture_output=True, timeout=_START_S, check=True)
        for name in ("address", "directory"):
            (shared / name).unlink()


@contextlib.contextmanager
def _locked(shared: Path) -> Generator[list[int]]:
    """Hold all other workers off, and keep who uses the engine."""
    with (shared / "users").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users: list[int] = json.loads(file.read() or "[]")
        yield users
        file.seek(0)
        file.truncate()
        json.dump(users, file)
