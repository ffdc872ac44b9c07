"""Pacing: a model that is asked so many times a second at the most."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.events import CallQueued

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.models.client import ModelClient, ModelReply, ModelRequest


class TimeRateLimiter:
    """Keeps calls apart: at most `rate` a second.

    Args:
        rate: calls per second, above 0.
        clock: seconds, never running backwards.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        if rate <= 0:
            raise ValueError(f"a rate is above 0 calls per second, not {rate!r}")
        self._interval_s, self._clock = 1 / rate, clock
        self._free_at = float("-inf")
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take the next place, and return the seconds until its turn comes."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._free_at)
            self._free_at = turn + self._interval_s
            return turn - now

    def sleep(self, *_: Any, **__: Any) -> None:
        """Take the next place and wait for its turn."""
        time.sleep(self.reserve())


class PacedModel:
    """Asks `client` no more often than its limiter allows; those that come too early wait in order."""

    def __init__(
        self,
        client: ModelClient,
        limiter: TimeRateLimiter,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.client, self._limiter, self._sleep = client, limiter, sleep

    @property
    def name(self) -> str:
        """The model's name."""
        return self.client.name

    @property
    def fingerprint(self) -> Any:
        """That of the model asked."""
        return getattr(self.client, "fingerprint", self.client.name)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Wait for a turn, and ask."""
        wait_s = self._limiter.reserve()
        if wait_s > 0:
            scope = current_scope()
            if scope is not None:
                scope.emit(CallQueued, "", self.name, "api_rate_limit")
            await self._sleep(wait_s)
        return await self.client.create(request)
