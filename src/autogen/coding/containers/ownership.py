"""Whose a container is: labels name the process that made it, and what dead processes left is removed."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from autogen.coding.containers.engine import engine_errors
from autogen.errors import CodeError, SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.coding.containers.engine import Engine

_HOST, _PROCESS, _BEGAN, _KEPT = "autogen.host", "autogen.process", "autogen.process.began", "autogen.kept"


def labels_of_this_process(*, is_kept: bool) -> dict[str, str]:
    """Return the labels of a container that this process makes.

    Args:
        is_kept: whether it is meant to outlive this process.
    """
    process_id = os.getpid()
    labels = {_HOST: _this_host(), _PROCESS: str(process_id), _BEGAN: _beginning_of(process_id)}
    return labels | ({_KEPT: "yes"} if is_kept else {})


def remove_what_the_dead_left(engine: Engine) -> int:
    """Remove the containers of processes of this machine that are gone, and return how many there were.

    Raises:
        CodeError: the engine refuses to list them.
        SandboxUnavailable: it does not answer any more.
    """
    with engine_errors(engine, "list its containers"):
        found: list[dict[str, Any]] = engine.api.containers(all=True, filters={"label": f"{_HOST}={_this_host()}"})
    removed = 0
    for container in found:
        if _is_orphan(container.get("Labels") or {}):
            removed += remove(engine, container["Id"])
    return removed


def remove(engine: Engine, container_id: str) -> bool:
    """Remove a container with all that runs in it; `False` if it is gone already, or is on its way.

    Raises:
        SandboxUnavailable: the engine does not answer any more.
    """
    return _done(engine, "remove a container", lambda: engine.api.remove_container(container_id, force=True))


def kill(engine: Engine, container_id: str) -> bool:
    """Kill all that runs in a container; `False` if nothing does.

    Raises:
        SandboxUnavailable: the engine does not answer any more.
    """
    return _done(engine, "stop a container", lambda: engine.api.kill(container_id))


def _done(engine: Engine, what: str, do: Callable[[], object]) -> bool:
    try:
        with engine_errors(engine, what):
            do()
    except SandboxUnavailable:
        raise
    except CodeError:
        return False
    return True


def _is_orphan(labels: Mapping[str, str]) -> bool:
    process = labels.get(_PROCESS, "")
    if labels.get(_KEPT) or not process.isdecimal():
        return False
    return _beginning_of(int(process)) != labels.get(_BEGAN)


def _this_host() -> str:
    """Name this machine, and on it the space in which process numbers mean what they mean here."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - of the kernel
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()


def _beginning_of(process_id: int) -> str:
    """Return when a process began, in the system's own count; empty if there is none of this number."""
    try:
        with open(f"/proc/{process_id}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - of the kernel
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    if os.path.exists("/proc/self/stat"):  # noqa: PTH110 - likewise
        return ""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        return "begun"
    return "begun"
