"""Who is held to the contract of executors: each says how it is opened, and what it promises beyond the contract.

To add one: write an opener (a context manager from a directory and options to an `Opened`), and a line in `CANDIDATES`.
An opener skips, with a loud reason, where what it needs cannot be had.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from autogen.coding import Caps, LocalCommandLineCodeExecutor
from autogen.coding.artefacts import ArtefactCaps

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager
    from pathlib import Path

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
    """

    open: Opener
    contains: bool = True
    keeps_variables: bool = False


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


CANDIDATES: dict[str, Candidate] = {
    "bubblewrap": Candidate(local()),
    "bare": Candidate(local(sandbox="none", accept_no_isolation=True), contains=False),
}
