"""What does it take to read what is recorded: to open a long chat, to list many, and to do one again without its model?

CPU time. The floor has a row of JSON for each message, and a row for each run, in SQLite, and reads them by a bare loop.
This project records each step beside the messages: it reads what was said when a chat is opened, and all when it is replayed.
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
CASES = (
    Case("open a recorded chat of 10,000 messages", {"opened": 10_000}, (Metric("ms", "CPU", "ms"),), peer_runs=0),
    Case("list 10,000 recorded runs", {"listed": 10_000}, (Metric("ms", "CPU", "ms"),), peer_runs=0),
    Case("replay 3,000 turns", {"replayed": 3_000}, (Metric("us", "CPU per turn", "µs"),), peer_runs=0),
)


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return ms for all, and µs for each."""
    framework = import_module(f"contenders.{contender}")
    ((name, count),) = ((name, size) for name, size in sizes.items() if name != "url")
    prepare = {"opened": framework.opened_chat, "listed": framework.listed_runs, "replayed": framework.replayed_chat}[
        name
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded.db"

        async def prepared() -> Callable[[], Awaitable[int]]:
            return await prepare(count, path)

        seconds = await cpu_per_unit(prepared, count, at_least_s=1.0)
    return {"ms": 1e3 * seconds * count, "us": 1e6 * seconds}
