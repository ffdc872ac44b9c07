"""Landlock and a system-call filter on an ordinary process: a place that needs no program and no rights.

Code reads the system's programs and libraries, writes in its work dir, and makes no socket unless asked. It shares the
machine's processes and clocks with everybody else, so this holds less than bubblewrap (`lacks`).
Needs a kernel from 5.13 on that has Landlock turned on, better one from 6.12 on.
Started by root, the code belongs to an unprivileged user (`staging`).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.coding.places.data import check_open_to_others, check_own_names
from autogen.coding.places.landlock import start
from autogen.coding.places.place import Caps, Command, Launch
from autogen.coding.places.seccomp import Sharing, filter_program
from autogen.coding.places.staging import SANDBOX_USER, Staging
from autogen.coding.places.system import DIRECTORIES, NETWORK_SETTINGS, SETTINGS, Descriptors
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Generator

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/loadavg", "/proc/uptime",
          "/proc/filesystems", "/sys/devices/system/cpu")  # fmt: skip
_TRUNCATE_SINCE, _SIGNALS_SINCE = 3, 6
_TEMPORARY = "/tmp"  # noqa: S108 - in the code's environment, where it stands for a directory of its own


@dataclass(frozen=True, slots=True)
class Landlock:
    """Contained by Landlock of this version; `staging` says that root gives up its rights first."""

    version: int
    staging: Staging | None = None

    @property
    def name(self) -> str:
        """As in results and records."""
        return f"Landlock {self.version}"

    @property
    def contains(self) -> bool:
        """It does, less well than bubblewrap."""
        return True

    @property
    def lacks(self) -> str:
        """What bubblewrap would hold."""
        told = [
            "it sees names, sizes and dates of your files (not what is in them) and may change dates",
            "it has no private /tmp and no loopback of its own",
            "a block may be changed by other code that runs in the same work dir at the same time",
        ]
        if self.version < _SIGNALS_SINCE:
            told.insert(0, "it can send signals to your other processes (kernels from 6.12 on prevent that)")
        return "; ".join(told)

    def prepare(self, command: Command) -> None:
        """See that the code's user can reach its directories, and that what is asked for can be held.

        Raises:
            CodeError: it cannot.
        """
        check_own_names(command.data, "Landlock")
        for path, _ in command.data:
            if path.is_relative_to(command.work_dir):
                raise CodeError(
                    f"Landlock cannot keep {path} from being written: it lies in the work dir. Move it out."
                )
            if self.staging is not None:
                check_open_to_others(path)
        if self.staging is not None:
            self.staging.sources(sorted({command.work_dir, *command.readable, *(path for path, _ in command.data)}))

    @contextmanager
    def launch(self, command: Command, caps: Caps) -> Generator[Launch]:
        """Prepare the orders for the program that binds itself and becomes the command."""
        program = filter_program(platform.machine(), self._sharing(command))
        if program is None:
            raise CodeError(f"{self.name} has no system-call filter for {platform.machine()}.")
        temporary = Path(tempfile.mkdtemp(prefix=".autogen-", dir=command.work_dir))
        try:
            if self.staging is not None:
                os.chown(temporary, SANDBOX_USER, SANDBOX_USER)
            with Descriptors() as descriptors:
                status, told = descriptors.pipe()
                orders = {
                    "arguments": _found(command),
                    "directory": str(command.work_dir),
                    "environment": _environment(command, temporary),
                    "user": None if self.staging is None else SANDBOX_USER,
                    "readable": _readable(command),
                    "writable": [str(command.work_dir)],
                    "devices": _DEVICES,
                    "network": command.network,
                    "limits": self._limits(command, caps),
                    "filter": program.hex(),
                    "status": told,
                }
                read = descriptors.holding(json.dumps(orders).encode())
                arguments = (sys.executable, "-I", "-S", start.__file__, str(read))
                yield Launch(arguments, {"PATH": os.defpath}, "/", (read, told), status)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _sharing(self, command: Command) -> Sharing:
        return Sharing(network=command.network, files=self.staging is None, truncates=self.version < _TRUNCATE_SINCE)

    def _limits(self, command: Command, caps: Caps) -> dict[str, int]:
        user = os.getuid() if self.staging is None else SANDBOX_USER
        return {
            "RLIMIT_NPROC": _threads_of(user) + caps.processes,  # the kernel counts all of the user's
            "RLIMIT_NOFILE": caps.open_files,
            "RLIMIT_FSIZE": caps.file_bytes,
            "RLIMIT_AS": 4 * caps.memory_bytes,
            "RLIMIT_CPU": int((command.timeout_s + 1) * (os.cpu_count() or 1)),
            "RLIMIT_CORE": 0,
        }


def landlock_here() -> int:
    """Return the version of Landlock's interface on this machine; 0 if there is none, or no filter for its processor."""
    if sys.platform != "linux" or filter_program(platform.machine()) is None:
        return 0
    return start.landlock_version()


def _found(command: Command) -> list[str]:
    """Return the arguments with the program's whole path.

    Raises:
        CodeError: there is no such program.
    """
    program = shutil.which(command.arguments[0], path=command.environment.get("PATH", os.defpath))
    if program is None:
        raise CodeError(f"{command.arguments[0]!r} cannot be found")
    return [program, *command.arguments[1:]]


def _environment(command: Command, temporary: Path) -> dict[str, str]:
    own = {name: str(temporary) for name in ("HOME", "TMPDIR") if command.environment.get(name) == _TEMPORARY}
    return {**command.environment, **own}


def _readable(command: Command) -> list[str]:
    settings = (*SETTINGS, *(NETWORK_SETTINGS if command.network else ()))
    return [
        "/usr",
        *DIRECTORIES,
        *settings,
        *_FACTS,
        *map(str, command.readable),
        *(str(path) for path, _ in command.data),
    ]


def _threads_of(user: int) -> int:
    """Count the threads of a user, as the kernel does for its limit."""
    count = 0
    with os.scandir("/proc") as entries:
        for entry in entries:
            if not entry.name.isdigit():
                continue
            try:
                count += entry.stat().st_uid == user and len(os.listdir(f"/proc/{entry.name}/task"))  # noqa: PTH208
            except OSError:
                continue
    return count
