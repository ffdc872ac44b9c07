"""Places to run code, for the tests of the executors."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.coding import CommandLineCodeResult

NOBODY = 65534
PLACES: dict[str, dict[str, Any]] = {"sandbox": {}, "bare": {"sandbox": "none", "accept_no_isolation": True}}


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
