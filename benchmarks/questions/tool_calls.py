"""What does a tool call cost, and do the calls of one message really run at the same time?

One agent with a stub model in process. In sequence: the model asks for one tool, which adds two numbers, again and again;
a unit is the model's request, the call and its answer. At once: one message asks for 50 tools that each wait 20 ms; the
ideal is 20 ms of wall clock.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING

from measure import cpu_per_unit
from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_loop"
CASES = (
    Case(
        "200 tool calls in sequence", {"rounds": 200, "at_once": 1, "wait_ms": 0}, (Metric("cpu_us", "CPU each", "µs"),)
    ),
    Case(
        "50 tools of 20 ms at once",
        {"rounds": 1, "at_once": 50, "wait_ms": 20},
        (Metric("wall_ms", "wall clock", "ms"),),
    ),
)


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return µs of CPU per call, or ms of wall clock for all."""
    framework = import_module(f"contenders.{contender}")
    rounds, at_once, wait_ms = sizes["rounds"], sizes["at_once"], sizes["wait_ms"]
    if not wait_ms:
        return {"cpu_us": 1e6 * await cpu_per_unit(lambda: framework.tool_calls(rounds, at_once, 0), rounds * at_once)}
    walls: list[float] = []
    for _ in range(6):
        work = await framework.tool_calls(rounds, at_once, wait_ms)
        began = time.perf_counter()
        assert await work() == rounds * at_once
        walls.append(time.perf_counter() - began)
    return {"wall_ms": 1e3 * sorted(walls[1:])[2]}
