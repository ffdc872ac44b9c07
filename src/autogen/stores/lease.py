"""Who holds a run: one journal at a time. Its owner is alive, or not; here that is told by the number of a process.

`Presence` is the port; `stores/postgres/` has another one, which tells by what a server knows.
"""

from __future__ import annotations

import itertools
import os
import socket
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

LAPSES_AFTER_S = 20.0
BEATS_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A journal that holds runs.

    Args:
        name: of its process, for people: "process 123 on host".
        key: all that identifies it, as text.
    """

    name: str
    key: str


class Presence(Protocol):
    """Knows which owners live."""

    @property
    def owner(self) -> Owner:
        """Return whoever asks."""
        ...

    def clock(self) -> float:
        """Return seconds since 1970, by the clock that all owners share."""
        ...

    def living(self) -> Callable[[str | None, float | None], bool]:
        """Return a test of an owner's key and of when it was last heard of; it tells what holds now."""
        ...


_serial = itertools.count(1)
_present: set[str] = set()


class ProcessPresence:
    """Tells a living owner by its process: its number, when it began, and the place where its number is valid."""

    def __init__(self) -> None:
        process_id = os.getpid()
        key = f"{process_id}/{_began(process_id)}/{_place(socket.gethostname())}/{next(_serial)}"
        self.owner = Owner(process_name(), key)
        _present.add(key)

    def leave(self) -> None:
        """Hold nothing any more, whether or not that can be written down."""
        _present.discard(self.owner.key)

    def clock(self) -> float:
        """Return the time of this machine."""
        return time.time()

    def living(self) -> Callable[[str | None, float | None], bool]:
        """Return `is_held`."""
        return is_held


def process_name() -> str:
    """Name this process, for people."""
    return f"process {os.getpid()} on {socket.gethostname()}"


def is_held(key: str | None, heartbeat: float | None) -> bool:
    """Tell whether a lease still holds: its owner lives, or (elsewhere) was heard of not long ago."""
    if key is None:
        return False
    number, began, place = key.split("/", 2)
    if place.partition("/")[0] != _place(socket.gethostname()):
        return heartbeat is not None and abs(time.time() - heartbeat) < LAPSES_AFTER_S
    if int(number) == os.getpid() and int(began) == _began(os.getpid()):
        return key in _present
    if not _is_alive(int(number)):
        return False
    return int(began) in {0, _began(int(number))}


@cache
def _place(host: str) -> str:
    try:
        return f"{host}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return host


def _began(process_id: int) -> int:
    """Return when a process began, by the kernel's count; 0 where that is not told, -1 if it is over."""
    try:
        told = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    fields = told.rpartition(")")[2].split()  # the name in brackets may hold anything
    is_over = fields[0] in {"Z", "X"}
    return -1 if is_over else int(fields[19])


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
