"""What does a streamed token cost, from the socket to the caller?

One reply of 4,000 tokens, each a server-sent event; the server writes 100 of them every millisecond, so that reading is
what is seen, and not waking up. The caller gets each token through the framework's public way of streaming. The cost of
the request itself is spread over the tokens.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from measure import cpu_per_unit, ready
from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_aiohttp"
_SERVER = {"tokens": 4000, "burst": 100}
CASES = (Case("streamed token", {"tokens": 4000}, (Metric("cpu_us", "CPU per token", "µs"),), server=_SERVER),)


async def measure(contender: str, sizes: Mapping[str, Any]) -> dict[str, float]:
    """Return µs per token."""
    framework = import_module(f"contenders.{contender}")
    model, tokens = framework.model_at(sizes["url"]), sizes["tokens"]
    return {"cpu_us": 1e6 * await cpu_per_unit(lambda: ready(lambda: framework.stream(model)), tokens, at_most=3)}
