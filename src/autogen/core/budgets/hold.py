"""What a model call reserves: all that it may use at the most, in all accounts around it.

What it did use is charged afterwards; so a cap holds however many calls are under way. A call for which there is no room
only because of what others have reserved waits for them.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar

from autogen.core.budgets.account import NO_CLAIM, Budget, Claim
from autogen.core.turns import Turn
from autogen.errors import LimitReached
from autogen.usage import Usage

_lock = threading.Lock()
_NOTHING = Usage(cost_usd=0.0)

is_calling: ContextVar[bool] = ContextVar("autogen_is_calling", default=False)
"""Whether this is inside a model call: those made by a model that asks agents do not wait for its end."""


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
    turn = Turn()
    budget.queue(turn, is_first=is_first)
    if not budget.is_busy:  # it has ended just now
        budget.wake_next()
    try:
        await turn.wait(None)
    except BaseException:
        budget.leave(turn)
        budget.wake_next()  # whatever woke this one is for the next
        raise


class Hold:
    """What one model call has reserved, in all accounts around it; made by `reserved`.

    Attributes:
        is_counted: whether tokens or money are reserved, and not the call alone.
        written: tokens that have come of a stream.
    """

    __slots__ = (
        "_budgets",
        "_claim",
        "_cost_usd",
        "_is_settled",
        "_largest",
        "_output_tokens",
        "_tokens",
        "is_counted",
        "written",
    )

    def __init__(self, budgets: tuple[Budget, ...], claim: Claim) -> None:
        self._budgets, self._claim = budgets, claim
        self._is_settled, self.is_counted = False, claim is not NO_CLAIM
        self.written, self._largest = 0, 1
        self._output_tokens = self._tokens = 0
        self._cost_usd = 0.0
        with _lock:
            if not self.is_counted:
                for budget in budgets:
                    _room_in(budget, claim)
                for budget in budgets:
                    budget.hold_call()
                return
            room = min([_room_in(budget, claim) for budget in budgets])
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
        """Charge what was used instead of what was reserved, once; all that was reserved if the provider told nothing."""
        if self._is_settled:
            return
        if from_cache:
            usage = _NOTHING
        elif usage is None:
            usage = self._all_of_it() if self.is_counted else _NOTHING
        self._end(usage)

    def end(self) -> None:
        """Charge what had been read and written of a call that failed; nothing if nothing had come, or if it is settled."""
        if self._is_settled:
            return
        if not self.written:
            self._end(None)
            return
        claim = self._claim
        rate = claim.output_cost_usd / claim.output_tokens if claim.output_tokens else 0.0
        self._end(Usage(claim.input_tokens, self.written, cost_usd=claim.input_cost_usd + self.written * rate))

    def _all_of_it(self) -> Usage:
        return Usage(self._claim.input_tokens, self._output_tokens, cost_usd=self._cost_usd)

    def _end(self, usage: Usage | None) -> None:
        self._is_settled = True
        with _lock:
            for budget in self._budgets:
                budget.settle(usage, self._tokens, self._cost_usd)


def _room_in(budget: Budget, claim: Claim) -> float:
    try:
        return budget.room_for(claim)
    except LimitReached:
        if budget.is_busy and not is_calling.get():
            raise _NoRoom(budget) from None
        raise
