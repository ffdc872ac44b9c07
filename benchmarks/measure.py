"""Clocks and scales: CPU time of this process, its threads included, and its memory."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_STATUS = Path("/proc/self/status")
_LONG_S = 2.0  # work that takes longer has warmed itself


def peak_memory_mb() -> float:
    """Return the most memory this process ever held.

    On Linux by VmHWM: `ru_maxrss` also counts the parent's memory at the fork.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / 1024 if sys.platform == "darwin" else peak / 1024


async def ready(work: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
    """Return work that needs no preparation."""
    return work


async def cpu_per_unit(
    prepare: Callable[[], Awaitable[Callable[[], Awaitable[int]]]],
    expected: int,
    *,
    at_least_s: float = 0.2,
    at_most: int = 30,
) -> float:
    """Return the median CPU seconds per unit of work, after one warm-up.

    Args:
        prepare: makes the work, uncounted; the work returns how many units it did.
        expected: how many units it must do.
        at_least_s: repeat until so much CPU time was counted.
        at_most: so many repetitions.
    """
    spent: list[float] = []
    is_warm = False
    while sum(spent) < at_least_s and len(spent) < at_most:
        work = await prepare()
        began = time.process_time()
        done = await work()
        took = time.process_time() - began
        assert done == expected, f"{done} units of work instead of {expected}"
        if is_warm or took > _LONG_S:
            spent.append(took)
        is_warm = True
    return statistics.median(spent) / expected
