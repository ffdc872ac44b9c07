"""What does a turn cost over HTTP, framework and client together?

One agent is asked 50 times in one conversation, which grows; the server is on loopback and answers at once.
A turn is a question and the model's answer. Only the client's process is counted.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from measure import cpu_per_unit, ready
from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_httpx2"
CASES = (Case("50 turns over HTTP", {"turns": 50}, (Metric("cpu_ms", "CPU per turn", "ms"),), server={}),)


async def measure(contender: str, sizes: Mapping[str, Any]) -> dict[str, float]:
    """Return ms per turn."""
    framework = import_module(f"contenders.{contender}")
    model, turns = framework.model_at(sizes["url"]), sizes["turns"]
    return {
        "cpu_ms": 1e3 * await cpu_per_unit(lambda: ready(lambda: framework.converse(model, turns)), turns, at_most=5)
    }
