"""Prices: what a call costs, by the entry's own price or by the price data of the `genai-prices` package, offline.

Looking a price up takes 0.25 ms, as much as a quarter of a call; so the rates of each model are kept for an hour.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
import time
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.models.client import ModelReply
    from autogen.usage import Usage

_PACKAGE = "genai_prices"
_SAMPLE = 1000
_LINEAR_UP_TO = 32_000
"""Input tokens up to which no provider charges more for long prompts (genai-prices 0.2.3)."""


_MOST_WRAPPERS = 8


class Price(NamedTuple):
    """US dollars per 1000 tokens."""

    input_per_1k: float
    output_per_1k: float

    @classmethod
    def of(cls, value: object) -> Price | None:
        """Return the price that a configuration's `price` means: a pair, or one number for both; `None` for `None`."""
        if value is None:
            return None
        if isinstance(value, (int, float)):
            return cls(float(value), float(value))
        pair: Any = value
        return cls(float(pair[0]), float(pair[1]))


def clients_behind(client: Any, depth: int = _MOST_WRAPPERS) -> list[Any]:
    """Return the providers' clients that may be asked in the end, behind all wrappers."""
    inner = getattr(client, "clients", None) or (getattr(client, "client", None),)
    wrapped = [each for each in inner if hasattr(each, "create") and depth]
    return [leaf for each in wrapped for leaf in clients_behind(each, depth - 1)] or [client]


def most_output_tokens(clients: Sequence[Any]) -> int | None:
    """Return the most that any of these clients' models may write in a reply; `None` if one of them is not bounded."""
    bounds = [getattr(client, "max_output_tokens", None) for client in clients]
    return None if None in bounds else max(cast("list[int]", bounds))


def highest_cost_usd(clients: Sequence[Any], usage: Usage) -> float:
    """Return the highest price that any of these clients would ask for a call; 0 where none is known."""
    return max((client.cost_usd(usage) or 0.0 for client in clients if hasattr(client, "cost_usd")), default=0.0)


async def priced(reply: ModelReply, address: str, price: Price | None, *, stored_tokens: int = 0) -> ModelReply:
    """Return the reply with what it cost; unchanged where usage or price are not known.

    Args:
        stored_tokens: part of the input that was written to the provider's prompt cache, which may cost more.
    """
    usage = reply.usage
    if usage is None or usage.cost_usd is not None:
        return reply
    if price is None:
        await load_prices()
    cost = cost_usd(reply.model, usage, address, price, stored_tokens=stored_tokens)
    return reply if cost is None else replace(reply, usage=replace(usage, cost_usd=cost))


async def load_prices() -> None:
    """Import the price data, which takes half a second that the loop must not wait."""
    if _PACKAGE not in sys.modules and _is_installed():
        await asyncio.to_thread(importlib.import_module, _PACKAGE)


def cost_usd(
    model: str, usage: Usage, address: str, price: Price | None = None, *, stored_tokens: int = 0
) -> float | None:
    """Return the price of a call in US dollars, or `None` if it is not known."""
    if price is not None:
        return (usage.input_tokens * price.input_per_1k + usage.output_tokens * price.output_per_1k) / 1000
    if usage.input_tokens >= _LINEAR_UP_TO or stored_tokens:
        counts = usage.input_tokens, usage.cached_input_tokens, usage.output_tokens, stored_tokens
        return _looked_up(model, address, *counts)
    rates = _rates(model, address, int(time.time() // 3600))
    if rates is None:
        return None
    fresh = usage.input_tokens - usage.cached_input_tokens
    return rates[0] + fresh * rates[1] + usage.cached_input_tokens * rates[2] + usage.output_tokens * rates[3]


@lru_cache(1)
def _is_installed() -> bool:
    return importlib.util.find_spec(_PACKAGE) is not None


@lru_cache(1024)
def _rates(model: str, address: str, hour: int) -> tuple[float, float, float, float] | None:  # noqa: ARG001 - some prices change with the hour
    """Return dollars per call, per fresh and cached input token, and per output token."""
    base = _looked_up(model, address, 0, 0, 0)
    fresh, cached, written = (
        _looked_up(model, address, *counts) for counts in ((_SAMPLE, 0, 0), (_SAMPLE, _SAMPLE, 0), (0, 0, _SAMPLE))
    )
    if base is None or fresh is None or cached is None or written is None:
        return None
    return base, (fresh - base) / _SAMPLE, (cached - base) / _SAMPLE, (written - base) / _SAMPLE


def _looked_up(model: str, address: str, read: int, cached: int, written: int, stored: int = 0) -> float | None:
    if not _is_installed():
        return None
    from genai_prices import Usage as Counted  # noqa: PLC0415 - slow to import; only where a price is asked for
    from genai_prices import calc_price  # noqa: PLC0415 - as above

    counted = Counted(input_tokens=read, cache_read_tokens=cached, cache_write_tokens=stored, output_tokens=written)
    try:
        return float(calc_price(counted, model, provider_api_url=address).total_price)
    except LookupError:  # maybe a gateway to OpenAI's models, by their names
        try:
            return float(calc_price(counted, model, provider_id="openai").total_price)
        except LookupError:
            return None
