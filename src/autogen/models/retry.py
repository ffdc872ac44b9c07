"""Asking again: a model that retries what may pass, with growing, jittered waits within a budget of time."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.errors import IncompleteReply, ModelError, ModelTimeout, ModelUnavailable, RateLimited
from autogen.events import RetryScheduled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.models.client import ModelClient, ModelReply, ModelRequest

_MAY_PASS = (RateLimited, ModelUnavailable, ModelTimeout, IncompleteReply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How often to ask again, and how long to wait before it.

    Args:
        retries: calls after the first.
        first_wait_s: before the second call; doubles from call to call, plus up to a quarter at random.
        longest_wait_s: bound of a single wait that we chose; a wait that the server asked for is not cut.
        budget_s: bound of all waits of one question together. A server that asks for more is not waited for.
    """

    retries: int = 2
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    budget_s: float = 60.0


class RetryingModel:
    """Asks `client` again after rate limits, time-outs, failures of the server and broken streams.

    A stream of which the listener has heard a part is not asked for again: it would hear two beginnings.

    Args:
        client: who is asked.
        backoff: how often, and how long to wait.
        sleep: waits so many seconds.
        chance: a random number from 0 to 1.
    """

    def __init__(
        self,
        client: ModelClient,
        backoff: Backoff | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.client, self.backoff = client, backoff or Backoff()
        self._sleep, self._chance = sleep, chance

    @property
    def name(self) -> str:
        """The model's name."""
        return self.client.name

    @property
    def fingerprint(self) -> Any:
        """That of the model asked."""
        return getattr(self.client, "fingerprint", self.client.name)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask, and ask again.

        Raises:
            ModelError: the last one; its `attempts` tells how often it was tried.
        """
        left_s, attempt = self.backoff.budget_s, 1
        while True:
            try:
                return await self.client.create(request)
            except ModelError as error:
                error.attempts = attempt
                if attempt > self.backoff.retries or not _may_pass(error, request):
                    raise
                wait_s = self._wait_s(error, attempt)
                if wait_s > left_s:
                    raise _too_long(error, wait_s, self.backoff.budget_s) from None
                self._tell(error, attempt, wait_s)
            await self._sleep(wait_s)
            left_s -= wait_s
            attempt += 1

    def _wait_s(self, error: ModelError, attempt: int) -> float:
        jitter = 1 + self._chance() / 4
        asked = error.retry_after_s if isinstance(error, (RateLimited, ModelUnavailable)) else None
        if asked is not None:
            return asked * (1 + self._chance() / 20)
        return min(self.backoff.first_wait_s * 2 ** (attempt - 1) * jitter, self.backoff.longest_wait_s)

    def _tell(self, error: ModelError, attempt: int, wait_s: float) -> None:
        scope = current_scope()
        if scope is not None:
            scope.emit(RetryScheduled, "", self.name, attempt, wait_s, f"{type(error).__name__}: {error}")


def _may_pass(error: ModelError, request: ModelRequest) -> bool:
    return isinstance(error, _MAY_PASS) and not (isinstance(error, IncompleteReply) and request.on_delta is not None)


def _too_long(error: ModelError, wait_s: float, budget_s: float) -> ModelError:
    """Return the error with the wait in its words."""
    error.args = (f"{error} The wait asked for, {wait_s:.0f} s, is beyond the {budget_s:g} s that retries may take.",)
    return error
