"""Budgets: accounts that every step is charged to, one within the other.

A model call reserves what it may use at the most in all accounts around it, and settles what it did use afterwards; so
a cap holds however many calls are under way. A call for which there is no room only because of what others have reserved
waits for them. The accounts around a place in the program are in one context variable.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, Self

from autogen.core.limits import Limits, check
from autogen.errors import LimitReached
from autogen.usage import Usage, UsageTotals

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator
    from types import TracebackType

_around: ContextVar[tuple[Budget, ...]] = ContextVar("autogen_budgets", default=())

current_budgets: Callable[[], tuple[Budget, ...]] = _around.get
"""Return the accounts around this place in the program, outermost first."""

_lock = threading.Lock()

is_calling: ContextVar[bool] = ContextVar("autogen_is_calling", default=False)
"""Whether this is inside a model call: those made by a model that asks agents do not wait for its end."""


class Claim(NamedTuple):
    """What a model call may use at the most.

    Args:
        input_tokens: read, as far as can be estimated.
        output_tokens: written.
        input_cost_usd: US dollars of what is read; 0 where no price is known.
        output_cost_usd: US dollars of what is written.
        is_bound: whether the model cannot write more than this; otherwise less is reserved where less is left.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    input_cost_usd: float = 0.0
    output_cost_usd: float = 0.0
    is_bound: bool = True


NO_CLAIM = Claim()


class Budget:
    """An account: what may be used, what has been, and what is reserved by calls under way.

    As a context manager it charges all that happens in its block, over any number of runs.

    Args:
        limits: its bounds; `depth` is none of them.

    Attributes:
        used: what was used and paid for.
        turns: messages said.
    """

    __slots__ = ("_began", "_held_calls", "_held_cost_usd", "_held_tokens", "_waiting", "limits", "turns", "used")

    def __init__(self, limits: Limits) -> None:
        self.limits, self.used, self.turns = limits, UsageTotals(), 0
        self._held_calls = self._held_tokens = 0
        self._held_cost_usd = 0.0
        self._began: float | None = None
        self._waiting: deque[_Turn] = deque()

    def __enter__(self) -> Self:
        self.begin()
        _around.set((*_around.get(), self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        around = list(_around.get())
        around.reverse()
        around.remove(self)
        _around.set(tuple(reversed(around)))

    def begin(self) -> None:
        """Let its time run, if it does not already."""
        if self._began is None:
            self._began = time.monotonic()

    def elapsed_s(self) -> float:
        """Return the seconds since it began."""
        return 0.0 if self._began is None else time.monotonic() - self._began

    def raise_limits(self, limits: Limits) -> None:
        """Allow more, or less, from now on."""
        self.limits = limits
        self.wake_next()

    def check_turns(self) -> None:
        """Stop before a message that is one too many.

        Raises:
            LimitReached: names the limit.
        """
        check("turns", self.turns, self.limits.turns)

    def check(self) -> None:
        """Stop before a step if nothing is left.

        Raises:
            LimitReached: names the limit.
        """
        limits, used = self.limits, self.used
        if limits.model_calls is not None:
            check("model_calls", used.calls + self._held_calls, limits.model_calls)
        if limits.tokens is not None:
            check("tokens", used.total_tokens + self._held_tokens, limits.tokens)
        if limits.cost_usd is not None:
            check("cost_usd", used.cost_usd + self._held_cost_usd, limits.cost_usd)
        if limits.time_s is not None:
            check("time_s", self.elapsed_s(), limits.time_s)

    def room_for(self, claim: Claim, *, is_new: bool = True) -> float:
        """Return which part of a claim's output there is room for, from 0 to 1.

        Raises:
            LimitReached: what is read, or an output that cannot be less, goes beyond a limit.
        """
        if is_new:
            self.check()
        limits, used, room = self.limits, self.used, 1.0
        if limits.tokens is not None:
            certain = used.total_tokens + self._held_tokens + claim.input_tokens
            room = _room("tokens", (certain, claim.output_tokens), limits.tokens, is_bound=claim.is_bound)
        if limits.cost_usd is not None:
            cost = used.cost_usd + self._held_cost_usd + claim.input_cost_usd
            room = min(room, _room("cost_usd", (cost, claim.output_cost_usd), limits.cost_usd, is_bound=claim.is_bound))
        return room

    def hold(self, calls: int, tokens: int, cost_usd: float) -> None:
        """Reserve so much, or give it back if it is negative."""
        self._held_calls += calls
        self._held_tokens += tokens
        self._held_cost_usd += cost_usd
        if not self._held_calls:
            self._held_cost_usd = 0.0  # what is left of additions and subtractions

    @property
    def is_busy(self) -> bool:
        """Whether calls are under way, so that there may be more room when they have ended."""
        return self._held_calls > 0

    @property
    def has_waiting(self) -> bool:
        """Whether calls wait for the end of others."""
        return bool(self._waiting)

    def queue(self, turn: _Turn, *, is_first: bool) -> None:
        """Have a call wait for the end of another one."""
        (self._waiting.appendleft if is_first else self._waiting.append)(turn)

    def wake_next(self) -> None:
        """Let the call that has waited longest try again."""
        while self._waiting:
            if self._waiting.popleft().come():
                return


class _Turn:
    """The turn of a call that waits, on whatever loop it runs."""

    __slots__ = ("_future", "_loop")

    def __init__(self) -> None:
        import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a model is asked

        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()

    def come(self) -> bool:
        """Let it go on; `False` if it waits no longer."""
        if self._future.done() or self._loop.is_closed():
            return False
        self._loop.call_soon_threadsafe(self._set)
        return True

    def _set(self) -> None:
        if not self._future.done():
            self._future.set_result(None)

    async def wait(self) -> None:
        """Return when it has come."""
        await self._future


def _room(limit: str, amounts: tuple[float, float], allowed: float, *, is_bound: bool) -> float:
    certain, possible = amounts
    if certain + possible <= allowed:
        return 1.0
    if is_bound or certain >= allowed:
        raise LimitReached(limit, certain + (possible if is_bound else 0), allowed)
    return (allowed - certain) / possible


class _NoRoom(Exception):
    """There is no room in an account while other calls are under way."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget


async def reserved(budgets: tuple[Budget, ...], claim: Claim) -> Hold:
    """Reserve what a model call may use, in all of these accounts; wait for other calls where that may help.

    Raises:
        LimitReached: there is no room for it.
    """
    refused: Budget | None = None
    while True:
        try:
            hold = Hold(budgets, claim)
            break
        except _NoRoom as full:
            is_again, refused = refused is full.budget, full.budget
        except LimitReached:
            if refused is not None:
                refused.wake_next()
            raise
        await _wait_for(refused, is_first=is_again)
    if refused is not None:
        refused.wake_next()
    return hold


async def _wait_for(budget: Budget, *, is_first: bool) -> None:
    """Return when another call of this account has ended."""
    turn = _Turn()
    budget.queue(turn, is_first=is_first)
    if not budget.is_busy:  # it has ended just now
        budget.wake_next()
    try:
        await turn.wait()
    except BaseException:
        budget.wake_next()  # whatever woke this one is for the next
        raise


class Hold:
    """What one model call has reserved, in all accounts around it; made by `reserved`."""

    __slots__ = ("_budgets", "_claim", "_cost_usd", "_largest", "_output_tokens", "_tokens", "written")

    def __init__(self, budgets: tuple[Budget, ...], claim: Claim) -> None:
        self._budgets, self._claim, self.written, self._largest = budgets, claim, 0, 1
        with _lock:
            room = 1.0
            for budget in budgets:
                part = _room_in(budget, claim)
                room = min(room, part)
            input_tokens, output_tokens, input_cost_usd, output_cost_usd, _ = claim
            self._output_tokens = output_tokens if room == 1.0 else int(output_tokens * room)
            self._tokens = tokens = input_tokens + self._output_tokens
            self._cost_usd = cost_usd = input_cost_usd + output_cost_usd * room
            for budget in budgets:
                budget.hold(1, tokens, cost_usd)

    def write(self, tokens: int) -> None:
        """Note that so many more tokens of output have come, and see that there is room for the next ones.

        Raises:
            LimitReached: there is none.
        """
        self.written += tokens
        self._largest = max(self._largest, tokens)
        more = self.written + self._largest - self._output_tokens
        if more <= 0:
            return
        claim = self._claim
        cost_usd = more * claim.output_cost_usd / claim.output_tokens if claim.output_tokens else 0.0
        with _lock:
            for budget in self._budgets:
                budget.room_for(Claim(output_tokens=more, output_cost_usd=cost_usd), is_new=False)
            for budget in self._budgets:
                budget.hold(0, more, cost_usd)
        self._output_tokens += more
        self._tokens += more
        self._cost_usd += cost_usd

    def settle(self, usage: Usage | None, *, from_cache: bool = False) -> None:
        """Charge what was used instead of what was reserved; all that was reserved if the provider told nothing."""
        if from_cache:
            usage = Usage(cost_usd=0.0)
        elif usage is None:
            usage = Usage(self._claim.input_tokens, self._output_tokens, cost_usd=self._cost_usd)
        self._end(usage)

    def cancel(self) -> None:
        """Charge what had been read and written of a call that was cut off; nothing if nothing had come."""
        if not self.written:
            self._end(None)
            return
        claim = self._claim
        rate = claim.output_cost_usd / claim.output_tokens if claim.output_tokens else 0.0
        self._end(Usage(claim.input_tokens, self.written, cost_usd=claim.input_cost_usd + self.written * rate))

    def _end(self, usage: Usage | None) -> None:
        with _lock:
            for budget in self._budgets:
                budget.hold(-1, -self._tokens, -self._cost_usd)
                if usage is not None:
                    budget.used.add(usage)
                if budget.has_waiting:
                    budget.wake_next()


def _room_in(budget: Budget, claim: Claim) -> float:
    try:
        return budget.room_for(claim)
    except LimitReached:
        if budget.is_busy and not is_calling.get():
            raise _NoRoom(budget) from None
        raise


@contextmanager
def charged(budget: Budget) -> Generator[None]:
    """Charge what happens in this block to an account, unless it is around already."""
    around = _around.get()
    if budget in around:
        yield
        return
    budget.begin()
    token = _around.set((*around, budget))
    try:
        yield
    finally:
        _around.reset(token)


def deadline_s(budgets: tuple[Budget, ...]) -> tuple[float, float] | None:
    """Return (seconds left, seconds allowed) of the account whose time is up first; `None` if no time is bounded."""
    timed = [
        (budget.limits.time_s - budget.elapsed_s(), budget.limits.time_s)
        for budget in budgets
        if budget.limits.time_s is not None
    ]
    return min(timed) if timed else None
