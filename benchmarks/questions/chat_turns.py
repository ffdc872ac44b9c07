"""What does a turn of a two-agent chat cost, when the model costs nothing?

Two agents with a stub model in process talk to each other. A turn is a message said: the opening is one, each reply is
one. The cost of a turn should depend neither on how long the chat goes on nor on how long it went before.
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
    Case("two-agent chat, 100 turns", {"turns": 100, "history": 0}, _CPU),
    Case("… 3,000 turns", {"turns": 3000, "history": 0}, _CPU, peer_runs=1),
    Case("… 100 turns after 5,000 messages", {"turns": 100, "history": 5000}, _CPU, peer_runs=1),
)


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return µs per turn."""
    framework = import_module(f"contenders.{contender}")
    turns, history = sizes["turns"], sizes["history"]
    return {"cpu_us": 1e6 * await cpu_per_unit(lambda: framework.pair_chat(turns, history), turns)}
