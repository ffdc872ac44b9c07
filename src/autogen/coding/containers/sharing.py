"""What of this machine a container sees, and as whom the code works there."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.coding.containers.engine import Engine

_SANDBOX_USER = 65533  # as in the sandbox: held by no distribution
_ENGINE_SOCKETS = ("/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd")
_SET_ID = stat.S_ISUID | stat.S_ISGID
_SYSTEM_TARGETS = ("/dev", "/proc", "/sys", "/run", "/etc", "/usr", "/bin", "/lib")


def account_for(engine: Engine, work_dir: Path) -> str:
    """Let the code into the work dir, and return as whom it works there: `number:number` of user and group.

    Files that it makes belong to whoever runs this program, as far as the engine can arrange that. Root runs code as a
    user without any rights, who gets an entry in the access lists of the work dir.

    Raises:
        CodeError: the directory must not be handed over to code, or cannot be opened to that user.
    """
    from autogen.coding.places.finding import open_work_dir  # noqa: PLC0415 - only when code runs

    if not hasattr(os, "getuid"):  # Windows: the engine's own machine gives everybody the files
        return f"{_SANDBOX_USER}:{_SANDBOX_USER}"
    open_work_dir(work_dir)
    if engine.is_rootless and not engine.is_podman:
        return "0:0"  # which is whoever runs the engine, and without any capability: others could not write
    if os.geteuid() == 0:
        return f"{_SANDBOX_USER}:{_SANDBOX_USER}"
    return f"{os.getuid()}:{os.getgid()}"


def checked_volumes(volumes: Mapping[str | Path, str]) -> dict[str, str]:
    """Return volumes as plain paths.

    Raises:
        ValueError: a relative path, a place that belongs to the container's system, or a directory that gives away the
            engine, and with it the whole machine.
    """
    checked: dict[str, str] = {}
    for source, target in volumes.items():
        if not Path(source).is_absolute() or not PurePosixPath(target).is_absolute():
            raise ValueError(f"volumes={{{str(source)!r}: {target!r}}}: both paths must be absolute.")
        if ".." in PurePosixPath(target).parts or PurePosixPath(target) == PurePosixPath("/") or _is_system(target):
            raise ValueError(f"volumes: {target!r} belongs to the container's system. Choose another, such as '/data'.")
        if (given_away := _engine_socket_in(Path(source))) is not None:
            raise ValueError(
                f"volumes: {str(source)!r} would give the code {given_away}, and with the engine the whole machine. "
                f"Give the one directory that it needs."
            )
        checked[str(source)] = target
    return checked


def drop_set_id_bits(work_dir: Path) -> None:
    """Take the right to run as their owner from the files in a work dir: on this machine, code may not lend out its user."""
    for _, _, names, directory in os.fwalk(work_dir):
        for name in names:
            _drop_set_id_bits(name, directory)


def _drop_set_id_bits(name: str, directory: int) -> None:
    with contextlib.suppress(OSError):
        mode = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
        if stat.S_ISREG(mode) and mode & _SET_ID:
            os.chmod(name, stat.S_IMODE(mode) & ~_SET_ID, dir_fd=directory)


def _is_system(target: str) -> bool:
    return any(PurePosixPath(target).is_relative_to(part) for part in _SYSTEM_TARGETS)


def _engine_socket_in(source: Path) -> str | None:
    """Return the engine's socket that is in a directory, or that it is; links are followed."""
    named = [os.environ.get(name, "") for name in ("DOCKER_HOST", "CONTAINER_HOST")]
    sockets = [*_ENGINE_SOCKETS, *(name.removeprefix("unix://") for name in named if name.startswith("unix://"))]
    real = source.resolve()
    for socket in sockets:
        if Path(socket).is_relative_to(source) or Path(socket).resolve().is_relative_to(real):
            return socket
    return str(source) if real.is_socket() else None
