"""Who is held to the contract of executors: each says how it is opened, and what it promises beyond the contract.

To add one: write an opener (a context manager from a directory and options to an `Opened`), and a line in `CANDIDATES`.
An opener skips, with a loud reason, where what it needs cannot be had.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from autogen.coding import Caps, LocalCommandLineCodeExecutor
from autogen.coding.artefacts import ArtefactCaps
from autogen.coding.remote.client import RemoteCodeExecutor
from tests.coding.code_servers import TOKEN, serving
from tests.coding.conftest import need_landlock
from tests.coding.opening import shared_container, shared_kernel

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    from autogen.coding import CodeExecutor


class Opened(NamedTuple):
    """An executor that is ready, and the directory of this machine in which its code runs."""

    executor: CodeExecutor
    work_dir: Path


class Opener(Protocol):
    """Opens an executor on a directory."""

    def __call__(
        self, work_dir: Path, *, timeout: int = 30, caps: Caps | None = None, artefact_caps: ArtefactCaps | None = None
    ) -> AbstractContextManager[Opened]: ...


class Candidate(NamedTuple):
    """An executor under the contract.

    Attributes:
        open: opens one.
        contains: whether the code is kept away from the rest of the machine, so that nothing of it survives its end.
        keeps_variables: whether a variable of one block is there in the next.
        needs: the fixture without which it cannot be opened.
    """

    open: Opener
    contains: bool = True
    keeps_variables: bool = False
    needs: str = ""


def local(**options: Any) -> Opener:
    """Return an opener of local executors."""

    @contextmanager
    def opened(
        work_dir: Path, *, timeout: int = 30, caps: Caps | None = None, artefact_caps: ArtefactCaps | None = None
    ) -> Generator[Opened]:
        executor = LocalCommandLineCodeExecutor(
            timeout, work_dir=work_dir, caps=caps, artefact_caps=artefact_caps, **options
        )
        yield Opened(executor, work_dir)

    return opened


@contextmanager
def landlocked(work_dir: Path, **options: Any) -> Generator[Opened]:
    """Open an executor in the weaker sandbox, in a directory that strangers may reach: as root, code is a stranger."""
    need_landlock()
    directory = Path(f"/var/tmp/autogen-contract-{sha256(str(work_dir).encode()).hexdigest()[:16]}")
    directory.mkdir(mode=0o755, exist_ok=True)
    try:
        with local(sandbox="landlock")(directory, **options) as opened:
            yield opened
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def contained(work_dir: Path, **options: Any) -> Generator[Opened]:
    """Open an executor in a container, in a directory of its own; given no such option, it is one of an earlier test."""
    with shared_container(work_dir.name, **_told(options)) as (executor, directory):
        yield Opened(executor, directory)


@contextmanager
def kernel(work_dir: Path, **options: Any) -> Generator[Opened]:
    """Open a kernel, in a directory of its own; given no such option, it is one of an earlier test."""
    with shared_kernel(work_dir.name, **_told(options)) as (executor, directory):
        yield Opened(executor, directory)


def _told(options: dict[str, Any]) -> dict[str, Any]:
    return {name: option for name, option in options.items() if option is not None}


@contextmanager
def remote(
    work_dir: Path, *, timeout: int = 30, caps: Caps | None = None, artefact_caps: ArtefactCaps | None = None
) -> Generator[Opened]:
    """Open an executor that asks a server; the one there works in the directory that this machine sees."""
    local_one = LocalCommandLineCodeExecutor(timeout, work_dir=work_dir, caps=caps, artefact_caps=artefact_caps)
    with serving(local_one) as url, RemoteCodeExecutor(url, TOKEN) as executor:
        yield Opened(executor, work_dir)


CANDIDATES: dict[str, Candidate] = {
    "bubblewrap": Candidate(local()),
    "landlock": Candidate(landlocked),
    "bare": Candidate(local(sandbox="none", accept_no_isolation=True), contains=False),
    "container": Candidate(contained, needs="container_engine"),
    "remote": Candidate(remote),
    "kernel": Candidate(kernel, keeps_variables=True),
}
