"""Budgets: accounts that every step is charged to, one within the other.

The accounts around a place in the program are in one context variable.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

from autogen.core.limits import Limits, check
from autogen.errors import LimitReached
from autogen.usage import UsageTotals

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Generator
    from types import TracebackType

    from autogen.core.budgets.deadline import Deadline
    from autogen.core.turns import Turn
    from autogen.usage import Usage

T = TypeVar("T")

_around: ContextVar[tuple[Budget, ...]] = ContextVar("autogen_budgets", default=())

current_budgets: Callable[[], tuple[Budget, ...]] = _around.get
"""Return the accounts around this place in the program, outermost first."""


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

    __slots__ = (
        "__weakref__",
        "_began",
        "_deadlines",
        "_held_calls",
        "_held_cost_usd",
        "_held_tokens",
        "_waiting",
        "limits",
        "turns",
        "used",
    )

    def __init__(self, limits: Limits) -> None:
        self.limits, self.used, self.turns = limits, UsageTotals(), 0
        self._held_calls = self._held_tokens = 0
        self._held_cost_usd = 0.0
        self._began: float | None = None
        self._waiting: deque[Turn] = deque()
        self._deadlines: dict[asyncio.AbstractEventLoop, Deadline] = {}

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

    def time_left_s(self) -> float | None:
        """Return the seconds that are left; `None` if its time is not bounded."""
        allowed_s = self.limits.time_s
        return None if allowed_s is None else allowed_s - self.elapsed_s()

    def in_time(self, perform: Callable[[int], Awaitable[T]], step_id: int) -> Awaitable[T]:
        """Do a step of this account, whose time is bounded; it is cut off when the time is up."""
        import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a step runs

        allowed_s, loop = self.limits.time_s, asyncio.get_running_loop()
        assert allowed_s is not None
        deadline = self._deadlines.get(loop)
        if deadline is None:
            from autogen.core.budgets.deadline import Deadline  # noqa: PLC0415 - likewise

            deadline = self._deadlines[loop] = Deadline(self, loop)
        return deadline.bound(allowed_s, perform, step_id)

    def rest(self) -> None:
        """Take its timers away where no step is under way."""
        for loop, deadline in list(self._deadlines.items()):
            if deadline.rest():
                del self._deadlines[loop]

    def raise_limits(self, limits: Limits) -> None:
        """Allow more, or less, from now on."""
        self.limits = limits
        self.wake_next()

    def check_turns(self) -> None:
        """Stop before a message that is one too many.

        Raises:
            LimitReached: names the limit.
        """
        if self.limits.turns is not None:
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

    def hold_call(self) -> None:
        """Reserve a call."""
        self._held_calls += 1

    def hold(self, calls: int, tokens: int, cost_usd: float) -> None:
        """Reserve so much."""
        self._held_calls += calls
        self._held_tokens += tokens
        self._held_cost_usd += cost_usd

    def settle(self, usage: Usage | None, tokens: int, cost_usd: float) -> None:
        """Give the reservation of a call back, and charge what it used; `None` if it is not to be counted."""
        self._held_calls -= 1
        self._held_tokens -= tokens
        # what would be left of additions and subtractions is nothing
        self._held_cost_usd = self._held_cost_usd - cost_usd if self._held_calls else 0.0
        if usage is not None:
            self.used.add(usage)
        if self._waiting:
            self.wake_next()

    @property
    def is_busy(self) -> bool:
        """Whether calls are under way, so that there may be more room when they have ended."""
        return self._held_calls > 0

    def queue(self, turn: Turn, *, is_first: bool) -> None:
        """Have a call wait for the end of another one."""
        (self._waiting.appendleft if is_first else self._waiting.append)(turn)

    def leave(self, turn: Turn) -> None:
        """Have a call wait no longer, if it still does."""
        with suppress(ValueError):
            self._waiting.remove(turn)

    def wake_next(self) -> None:
        """Let the call that has waited longest try again."""
        while self._waiting:
            if self._waiting.popleft().call():
                return


def _room(limit: str, amounts: tuple[float, float], allowed: float, *, is_bound: bool) -> float:
    certain, possible = amounts
    if certain + possible <= allowed:
        return 1.0
    if is_bound or certain >= allowed:
        raise LimitReached(limit, certain + (possible if is_bound else 0), allowed)
    return (allowed - certain) / possible


@contextmanager
def uncharged() -> Generator[None]:
    """Charge what happens in this block to no account, and let none of them stop it: a question about them, say."""
    token = _around.set(())
    try:
        yield
    finally:
        _around.reset(token)


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
        budget.rest()


def soonest(budgets: tuple[Budget, ...]) -> Budget | None:
    """Return the account whose time is up first; `None` if no time is bounded."""
    found: Budget | None = None
    for budget in budgets:
        if budget.limits.time_s is not None and (
            found is None or (budget.time_left_s() or 0) < (found.time_left_s() or 0)
        ):
            found = budget
    return found
