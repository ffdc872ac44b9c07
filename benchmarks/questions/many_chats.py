"""What do 500 conversations at once cost, when the model takes 50 ms?

Each has an agent of its own, asked 6 times; all share one model client where the framework lets them.
Wall-clock time from first to last, CPU time of the client's process, and the most memory it ever held.
"""

from __future__ import annotations

import asyncio
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from measure import peak_memory_mb
from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_aiohttp"
_METRICS = (
    Metric("wall_s", "wall clock", "s"),
    Metric("cpu_ms", "CPU each", "ms"),
    Metric("peak_mb", "peak memory", "MB"),
)
CASES = (
    Case(
        "500 conversations x 6 turns",
        {"chats": 500, "turns": 6},
        _METRICS,
        server={"latency_ms": 50},
        runs=3,
        peer_runs=1,
    ),
)


async def measure(contender: str, sizes: Mapping[str, Any]) -> dict[str, float]:
    """Return seconds, ms per conversation and MB."""
    framework = import_module(f"contenders.{contender}")
    chats, turns = sizes["chats"], sizes["turns"]
    model = framework.model_at(sizes["url"])
    await framework.converse(model, 1)
    wall, cpu = time.perf_counter(), time.process_time()
    answers = await asyncio.gather(*(framework.converse(model, turns) for _ in range(chats)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert answers == [turns] * chats, "some conversations lack answers"
    return {"wall_s": wall, "cpu_ms": 1e3 * cpu / chats, "peak_mb": peak_memory_mb()}
