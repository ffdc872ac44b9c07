"""Places to run code, for the tests of the executors."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor
from autogen.coding.places.landlock.sandbox import landlock_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.coding import CommandLineCodeResult
    from autogen.events import Event

NOBODY = 65534
LANDLOCK_IN_FULL = 6
PLACES: dict[str, dict[str, Any]] = {"sandbox": {}, "bare": {"sandbox": "none", "accept_no_isolation": True}}


def need_landlock() -> None:
    """Skip where this kernel has no Landlock that binds signals and sockets, unless everything must run."""
    if landlock_here() < LANDLOCK_IN_FULL and not os.environ.get("CI"):
        pytest.skip(
            f"THIS KERNEL HAS NO LANDLOCK OF VERSION {LANDLOCK_IN_FULL} (Linux 6.12): THE WEAKER SANDBOX IS UNTESTED"
        )


class Kept:
    """Keeps events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def on_event(self, event: Event) -> None:
        self.events.append(event)


class Make(Protocol):
    """Makes an executor in the test's work dir."""

    def __call__(self, **options: Any) -> LocalCommandLineCodeExecutor: ...


@pytest.fixture
def work_dir(tmp_path: Path) -> Path:
    directory = tmp_path / "work"
    directory.mkdir()
    return directory


@pytest.fixture
def make(work_dir: Path) -> Make:
    """Executors in the sandbox."""

    def made(**options: Any) -> LocalCommandLineCodeExecutor:
        settings: dict[str, Any] = {"timeout": 20, **options}
        return LocalCommandLineCodeExecutor(work_dir=work_dir, **settings)

    return made


@pytest.fixture(params=PLACES)
def make_anywhere(request: pytest.FixtureRequest, make: Make) -> Make:
    """Executors in each of the places."""
    return lambda **options: make(**PLACES[request.param], **options)


@pytest.fixture
def make_landlocked(open_directory: Path) -> Make:
    """Executors in the weaker sandbox; as root, its user must be able to reach the work dir."""
    need_landlock()
    (open_directory / "work").mkdir()

    def made(**options: Any) -> LocalCommandLineCodeExecutor:
        settings: dict[str, Any] = {"timeout": 20, "sandbox": "landlock", **options}
        return LocalCommandLineCodeExecutor(work_dir=open_directory / "work", **settings)

    return made


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that belongs to `nobody`, and that everybody can reach."""
    directory = Path(tempfile.mkdtemp(prefix="autogen-nobody-", dir="/var/tmp"))
    directory.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(directory, NOBODY, NOBODY)
    yield directory
    shutil.rmtree(directory)


def python(*programs: str) -> list[CodeBlock]:
    return [CodeBlock(program, "python") for program in programs]


def run(executor: LocalCommandLineCodeExecutor, *programs: str) -> CommandLineCodeResult:
    """Run Python programs."""
    return executor.execute_code_blocks(python(*programs))
