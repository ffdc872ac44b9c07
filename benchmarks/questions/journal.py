"""What does it cost to keep a two-agent chat in a file, so that nothing is lost when the process is killed?

The chat of `chat_turns`, recorded in SQLite: CPU time of a turn, its threads included; and the size of the file afterwards.
The floor writes each message to SQLite (WAL) by itself, and does nothing else. `chat_turns` tells what a turn costs in memory.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from measure import cpu_per_unit
from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

FLOOR = "floor_sqlite"
_METRICS = (Metric("cpu_us", "CPU per turn", "µs"), Metric("size_kb", "file", "kB"))
CASES = (
    Case("recorded chat, 300 turns", {"turns": 300}, _METRICS, peer_runs=0),
    Case("… 3,000 turns", {"turns": 3000}, _METRICS, peer_runs=0),
    Case("… 100,000 turns", {"turns": 100_000}, _METRICS, runs=2, peer_runs=0),
)


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return µs per turn, and kB of a file that holds one chat."""
    framework = import_module(f"contenders.{contender}")
    turns, files = sizes["turns"], 0
    with tempfile.TemporaryDirectory() as folder:

        async def prepare() -> Callable[[], Awaitable[int]]:
            nonlocal files
            files += 1
            return await framework.recorded_chat(turns, Path(folder) / f"{files}.db")

        cpu_us = 1e6 * await cpu_per_unit(prepare, turns)
        size_kb = (Path(folder) / "1.db").stat().st_size / 1000
    return {"cpu_us": cpu_us, "size_kb": size_kb}
