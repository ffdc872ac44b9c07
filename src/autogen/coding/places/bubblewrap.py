"""The sandbox: bubblewrap, with every flag that measuring asked for.

A command sees a small read-only system, its work dir (under its own name, the one place it may write), and a private
`/tmp` in memory. It has no network unless asked, no environment but what it is given, no other processes, no
capabilities and no way to new namespaces; a system-call filter stands behind all that. When its first process ends or
is killed, the kernel ends all the others.
Started by root, the sandbox belongs to an unprivileged user (`staging`).
"""

from __future__ import annotations

import os
import platform
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autogen.coding.places.data import check_open_to_others
from autogen.coding.places.place import MEGABYTE, Caps, Command, Launch
from autogen.coding.places.seccomp import filter_program
from autogen.coding.places.staging import SANDBOX_USER, Staging
from autogen.coding.places.system import DIRECTORIES, NETWORK_SETTINGS, SETTINGS, Descriptors

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_SHARED_MEMORY_BYTES = 64 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Contained by bubblewrap; `staging` says how root gives up its rights first, `None` for an ordinary user."""

    program: str
    staging: Staging | None = None

    @property
    def name(self) -> str:
        """As in results and records."""
        return "bubblewrap" if filter_program(platform.machine()) else "bubblewrap without system-call filter"

    @property
    def contains(self) -> bool:
        """It does."""
        return True

    @property
    def lacks(self) -> str:
        """Nothing that is known."""
        return ""

    def prepare(self, command: Command) -> None:
        """Bring the command's directories within reach."""
        if self.staging is not None:
            for path, _ in command.data:
                check_open_to_others(path)
            self.staging.before([], self._sources(command))

    def _sources(self, command: Command) -> dict[Path, Path]:
        """Return where the sandbox finds the directories that the command sees."""
        visible = sorted({command.work_dir, *command.readable, *(path for path, _ in command.data)})
        return {path: path for path in visible} if self.staging is None else self.staging.sources(visible)

    @contextmanager
    def launch(self, command: Command, caps: Caps) -> Generator[Launch]:
        """Prepare the command line of the sandbox, and what it inherits."""
        with Descriptors() as descriptors:
            sources = self._sources(command)
            status, told = descriptors.pipe()
            arguments = [self.program, *_namespaces(command), "--json-status-fd", str(told)]
            arguments += _file_system(command, caps, sources, descriptors)
            program = filter_program(platform.machine())
            if program is not None:
                arguments += ["--seccomp", str(descriptors.holding(program))]
            arguments += ["--", *_limits(command, caps), *command.arguments]
            if self.staging is not None:
                arguments = self.staging.before(arguments, sources)
            inherited = tuple(number for number in descriptors.numbers if number != status)
            yield Launch(tuple(arguments), {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, "/", inherited, status)


def _namespaces(command: Command) -> list[str]:
    # --unshare-all alone goes on without a user namespace where none is to be had; --unshare-user insists.
    flags = [
        "--unshare-user",
        "--unshare-all",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    ]
    if command.network:
        flags.append("--share-net")
    flags.append("--clearenv")
    for name, value in command.environment.items():
        flags += ["--setenv", name, value]
    return flags


def _file_system(command: Command, caps: Caps, sources: dict[Path, Path], descriptors: Descriptors) -> list[str]:
    flags = ["--ro-bind", "/usr", "/usr"]
    for directory in DIRECTORIES:
        if os.path.islink(directory):  # noqa: PTH114 - plain paths here
            flags += ["--symlink", os.readlink(directory), directory]  # noqa: PTH115
        elif os.path.isdir(directory):  # noqa: PTH112
            flags += ["--ro-bind", directory, directory]
    for path in (*SETTINGS, *(NETWORK_SETTINGS if command.network else ())):
        flags += ["--ro-bind-try", path, path]
    flags += _account(descriptors)
    flags += ["--proc", "/proc", "--dev", "/dev"]
    flags += ["--size", str(_SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"]  # noqa: S108 - the sandbox's own
    flags += ["--size", str(caps.temporary_bytes), "--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's own
    seen_as = {path: path for path in (command.work_dir, *command.readable)} | {
        name: path for path, name in command.data
    }
    for name in sorted(seen_as):  # parents first: an interpreter, or data, inside the work dir stays read-only
        is_work_dir = name == command.work_dir == seen_as[name]
        flags += ["--bind" if is_work_dir else "--ro-bind", str(sources[seen_as[name]]), str(name)]
    for path, content in command.fixed_files:
        flags += ["--ro-bind-data", str(descriptors.holding(content)), str(path)]
    return [*flags, "--chdir", str(command.work_dir), "--remount-ro", "/dev", "--remount-ro", "/"]


def _account(descriptors: Descriptors) -> list[str]:
    """Give the sandbox's user a name, so that programs that ask for it find one."""
    number = SANDBOX_USER if os.geteuid() == 0 else os.geteuid()
    group = SANDBOX_USER if os.geteuid() == 0 else os.getegid()
    passwd = descriptors.holding(f"user:x:{number}:{group}:user:/tmp:/bin/sh\n".encode())
    groups = descriptors.holding(f"user:x:{group}:\n".encode())
    return ["--ro-bind-data", str(passwd), "/etc/passwd", "--ro-bind-data", str(groups), "/etc/group"]


def _limits(command: Command, caps: Caps) -> list[str]:
    # Set inside: the kernel then counts this sandbox's processes, and not all of the user's. The supervisor bounds the
    # memory of the tree; the address space only bounds how fast one process can run past it.
    processor_s = int((command.timeout_s + 1) * (os.cpu_count() or 1))
    return [
        "/usr/bin/prlimit" if os.path.exists("/usr/bin/prlimit") else "prlimit",  # noqa: PTH110
        f"--nproc={caps.processes}",
        f"--nofile={caps.open_files}",
        f"--fsize={caps.file_bytes}",
        f"--as={4 * caps.memory_bytes}",
        f"--cpu={processor_s}",
        "--core=0",
        "--",
    ]


def find_bubblewrap() -> str | None:
    """Return the path of the program, or `None`."""
    return shutil.which("bwrap")
