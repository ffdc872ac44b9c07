"""The port between what is to run and where it runs.

Above it stand the executors, below it bubblewrap and the bare process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper bounds for one command and all processes that come of it.

    Args:
        memory_bytes: sum over the processes.
        processes: processes and threads at a time.
        open_files: descriptors of each process.
        file_bytes: size of each file written.
        work_dir_bytes: how much the work dir may grow.
        work_dir_files: by how many files.
        temporary_bytes: the private `/tmp`.
        kept_output_bytes: of each stream, half of it from the start and half from the end.
        output_bytes: printing more than this ends the command.
    """

    memory_bytes: int = 2_000 * MEGABYTE
    processes: int = 128
    open_files: int = 512
    file_bytes: int = 500 * MEGABYTE
    work_dir_bytes: int = 1_000 * MEGABYTE
    work_dir_files: int = 20_000
    temporary_bytes: int = 250 * MEGABYTE
    kept_output_bytes: int = 128_000
    output_bytes: int = 64 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Command:
    """One program to run.

    Args:
        arguments: the program and its arguments.
        work_dir: where it runs; the one place where it may leave files.
        timeout_s: wall-clock time.
        environment: all that it gets beyond a few harmless variables.
        readable: directories outside of the system that it must see (an interpreter's), never written.
        fixed_files: content of files of the work dir as this command sees them, whatever else happens to them.
        network: whether it may use the network.
        data: files and directories that it may read: (where they lie, under which name it sees them).
    """

    arguments: tuple[str, ...]
    work_dir: Path
    timeout_s: float
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    readable: tuple[Path, ...] = ()
    fixed_files: tuple[tuple[Path, bytes], ...] = ()
    network: bool = False
    data: tuple[tuple[Path, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a command: a process of the host.

    Args:
        arguments: the host's program and its arguments.
        environment: that program's whole environment.
        directory: where it starts.
        descriptors: files that it inherits.
        status: a pipe on which the place tells that the command itself was started; `None` if it does not.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    directory: str
    descriptors: tuple[int, ...] = ()
    status: int | None = None


class Place(Protocol):
    """Somewhere to run commands."""

    @property
    def name(self) -> str:
        """What it is, in a few words, for results and records."""
        ...

    @property
    def contains(self) -> bool:
        """Whether what runs here is kept away from the rest of the machine."""
        ...

    @property
    def lacks(self) -> str:
        """What it does not hold, in words that follow "the code runs in …:"; empty if nothing is known."""
        ...

    def prepare(self, command: Command) -> None:
        """Do what takes long and need not be done again for such a command; called in a worker thread.

        Raises:
            CodeError: it cannot be run here; says why.
        """
        ...

    def launch(self, command: Command, caps: Caps) -> AbstractContextManager[Launch]:
        """Prepare to start a command; what it holds open is closed at the end of the context.

        Raises:
            CodeError: it cannot be run here; says why.
        """
        ...
