"""The bare process: hygiene, and no boundary. It reads what the user reads and has the user's network."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autogen.coding.places.data import check_own_names
from autogen.coding.places.place import Caps, Command, Launch

if TYPE_CHECKING:
    from collections.abc import Generator

# What programs need to work at all, and no more: never a key.
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP",
              "SYSTEMROOT", "WINDIR", "PATHEXT", "COMSPEC", "APPDATA", "LOCALAPPDATA", "USERPROFILE")  # fmt: skip


@dataclass(frozen=True, slots=True)
class BareProcess:
    """An ordinary process in a session of its own, with limits and a short environment."""

    @property
    def name(self) -> str:
        """As in results and records."""
        return "bare process"

    @property
    def contains(self) -> bool:
        """It does not."""
        return False

    @property
    def lacks(self) -> str:
        """Everything."""
        return "it reads and changes whatever you can, and uses your network"

    def prepare(self, command: Command) -> None:
        """See that what it asks for can be had without a sandbox.

        Raises:
            CodeError: data are to have another name.
        """
        check_own_names(command.data, "A bare process")

    @contextmanager
    def launch(self, command: Command, caps: Caps) -> Generator[Launch]:
        """Prepare the process; what the command may not see or use cannot be kept from it here."""
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | dict(command.environment)
        limits: list[str] = []
        if (prlimit := shutil.which("prlimit")) is not None:
            limits = [
                prlimit,
                f"--nofile={caps.open_files}",
                f"--fsize={caps.file_bytes}",
                f"--as={4 * caps.memory_bytes}",
                "--core=0",
                "--",
            ]
        yield Launch((*limits, *command.arguments), environment, str(command.work_dir))
