"""Who holds a run: one process at a time, known by its number, its host, and when it began."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LAPSES_AFTER_S = 20.0
BEATS_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that holds runs.

    Args:
        name: for people: "process 123 on host".
        place: where its number is valid: the host, and the process namespace.
        process_id: its number.
        began: when it began, by the kernel's count; 0 where that is not told.
    """

    name: str
    place: str
    process_id: int
    began: int

    @property
    def key(self) -> str:
        """All that identifies it, as text."""
        return f"{self.process_id}/{self.began}/{self.place}"


def this_process() -> Owner:
    """Return the process that asks."""
    return _owner(os.getpid())


@cache
def _owner(process_id: int) -> Owner:
    host = socket.gethostname()
    return Owner(f"process {process_id} on {host}", _place(host), process_id, _began(process_id))


def _place(host: str) -> str:
    try:
        return f"{host}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return host


def _began(process_id: int) -> int:
    try:
        told = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    fields = told.rpartition(")")[2].split()  # the name in brackets may hold anything
    is_over = fields[0] in {"Z", "X"}
    return -1 if is_over else int(fields[19])


def is_held(key: str, heartbeat: float) -> bool:
    """Tell whether a lease still holds: its owner lives, or (elsewhere) was heard of not long ago."""
    number, began, place = key.split("/", 2)
    here = this_process()
    if place != here.place:
        return abs(time.time() - heartbeat) < LAPSES_AFTER_S
    if not _is_alive(int(number)):
        return False
    return int(began) in {0, _began(int(number))}


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
