"""What does a turn in a group cost, when the model costs nothing?

Eight agents with a stub model in process speak in turn, and all hear everything. The cost of a turn should not depend on how
long the chat goes on, and memory should grow with what is said, not with how many hear it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from measure import cpu_per_unit
from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_loop"
_CPU = (Metric("cpu_us", "CPU per turn", "µs"),)
CASES = (
    Case("team of 8, 50 turns", {"members": 8, "turns": 50}, _CPU),
    Case("… 200 turns", {"members": 8, "turns": 200}, _CPU),
    Case("… 800 turns", {"members": 8, "turns": 800}, _CPU, peer_runs=1),
    Case("team of 300, 3,000 turns", {"members": 300, "turns": 3000}, _CPU, runs=3, peer_runs=0),
)


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return µs per turn."""
    framework = import_module(f"contenders.{contender}")
    members, turns = sizes["members"], sizes["turns"]
    return {"cpu_us": 1e6 * await cpu_per_unit(lambda: framework.team_chat(members, turns), turns)}
