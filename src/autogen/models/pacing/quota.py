"""What a provider's account allows: calls and tokens in a minute, and calls at once, over everything that shares it."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from autogen.core.turns import Turn, Turns
from autogen.errors import ModelRejected
from autogen.models.pacing.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.models.pacing.window import Taken
    from autogen.usage import Usage

UNKNOWN_OUTPUT_TOKENS = 4_096
"""What a call is taken to write where nothing bounds it."""

_WINDOW_S = 60.0
_ACCOUNTS_REMEMBERED = 4096
_one_at_a_time = threading.Lock()
_inside: ContextVar[tuple[Quota, ...]] = ContextVar("autogen_quotas", default=())


class Ask(NamedTuple):
    """What a call may use: tokens read, and the most it may write; `None` if nothing bounds that."""

    read: int = 0
    written: int | None = 0


class Obstacle(NamedTuple):
    """Why a call must wait: the limit's name, and the seconds after which to look again if nobody calls before."""

    limit: str
    wait_s: float | None


class Quota:
    """Limits that many models, agents, threads and event loops keep to together.

    In no minute are more calls begun, or more tokens used, than it allows. What a call may use is taken before, from an
    estimate, and corrected by what the provider tells afterwards. Calls for which there is no room wait in one queue, and
    go on in the order in which they came. A call that is made inside another one (by a model that asks agents) takes no
    second place of those at once.

    Args:
        requests_per_minute: calls begun in any minute, each attempt of a retry counted.
        tokens_per_minute: tokens read and written in any minute. Give calls a `max_tokens`; otherwise 4096 are assumed.
        max_at_once: calls under way.
        clock: seconds, never running backwards.
    """

    def __init__(
        self,
        *,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        max_at_once: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for name, value in (
            ("requests_per_minute", requests_per_minute),
            ("tokens_per_minute", tokens_per_minute),
            ("max_at_once", max_at_once),
        ):
            check_bound(name, value)
        self.requests_per_minute, self.tokens_per_minute = requests_per_minute, tokens_per_minute
        self.max_at_once, self._clock = max_at_once, clock
        self._window, self._turns, self._lock = Window(_WINDOW_S), Turns(), threading.Lock()
        self._at_once, self._closed_until = 0, float("-inf")

    def __deepcopy__(self, memo: object) -> Self:
        """Return itself: a copy of a configuration shares its quota."""
        return self

    @property
    def counts_tokens(self) -> bool:
        """Whether calls are to say how many tokens they may use."""
        return self.tokens_per_minute is not None

    async def enter(self, ask: Ask, told: Callable[[str, int], None] | None = None) -> Place:
        """Wait for room, and take it.

        Args:
            ask: what the call may use.
            told: hears, before the first wait, which limit is in the way and how many calls wait before this one.

        Raises:
            ModelRejected: the call can never fit.
        """
        read, written = self._bounded(ask)
        with self._lock:
            place = None if self._turns else self._try(read, written)
            if isinstance(place, Place):
                return place
            turn = Turn()
            self._turns.join(turn)
        try:
            while True:
                with self._lock:
                    found = self._look(turn, read, written)
                    ahead = len(self._turns) - 1
                if isinstance(found, Place):
                    return found
                if told is not None:
                    told(found.limit, ahead)
                    told = None
                await turn.wait(found.wait_s)
        except BaseException:
            with self._lock:
                self._turns.leave(turn)
            raise

    def close_for(self, wait_s: float) -> None:
        """Let no call begin for so long: the provider has asked for a wait. A minute at the most."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + min(wait_s, _WINDOW_S))

    def _bounded(self, ask: Ask) -> tuple[int, int]:
        """Return what is to be taken; less where nothing bounds the reply and the quota is smaller than the guess."""
        most = self.tokens_per_minute
        if most is None:
            return 0, 0
        left = most - ask.read
        if left <= 0 or (ask.written or 0) > left:
            needs = f"reads about {ask.read} tokens" + (f" and may write {ask.written}" if ask.written else "")
            raise ModelRejected(
                f"This call {needs}, which never fits into tokens_per_minute={most}. Raise it, or show the model less "
                "(context=…) and let it write less (max_tokens)."
            )
        return ask.read, min(UNKNOWN_OUTPUT_TOKENS, left) if ask.written is None else ask.written

    def _look(self, turn: Turn, read: int, written: int) -> Place | Obstacle:
        """Take the room if it is this call's turn and there is some."""
        if not self._turns.is_first(turn):
            return Obstacle("queue", None)
        found = self._try(read, written)
        if isinstance(found, Place):
            self._turns.leave(turn)
        return found

    def _try(self, read: int, written: int) -> Place | Obstacle:
        now, window, is_inside = self._clock(), self._window, self in _inside.get()
        window.move_to(now)
        if self.max_at_once is not None and self._at_once >= self.max_at_once and not is_inside:
            return Obstacle("max_at_once", None)
        if now < self._closed_until:
            return Obstacle("retry_after", self._closed_until - now)
        if self.requests_per_minute is not None and window.calls >= self.requests_per_minute:
            return Obstacle("requests_per_minute", window.next_call_free_s(now))
        if self.tokens_per_minute is not None and window.tokens + read + written > self.tokens_per_minute:
            return Obstacle("tokens_per_minute", window.next_tokens_free_s(now))
        self._at_once += not is_inside
        return Place(self, window.take(now, read, written), is_inside=is_inside)

    def leave(self, place: Place, read: int | None, written: int | None) -> None:
        """Take note of what a call has used that ends now; `None` for all that it had taken. For `Place`."""
        with self._lock:
            now, taken = self._clock(), place.taken
            self._window.move_to(now)
            self._window.settle(
                taken, now, taken.read if read is None else read, taken.written if written is None else written
            )
            self._at_once -= not place.is_inside
            self._turns.call_first()

    def give_back(self, place: Place) -> None:
        """Forget a call that asked nothing. For `Place`."""
        with self._lock:
            now = self._clock()
            self._window.move_to(now)
            self._window.give_back(place.taken, now)
            self._at_once -= not place.is_inside
            self._turns.call_first()


class Place:
    """The room of one call, from its beginning to its end; as a context manager, around the call.

    What a call has used that ended by an error is not known, so all that was taken stays counted, unless it is told.
    """

    __slots__ = ("_is_over", "_quota", "_token", "is_inside", "taken")

    def __init__(self, quota: Quota, taken: Taken, *, is_inside: bool) -> None:
        self._quota, self.taken, self.is_inside, self._is_over = quota, taken, is_inside, False

    def __enter__(self) -> Self:
        self._token = _inside.set((*_inside.get(), self._quota))
        return self

    def __exit__(self, *_: object) -> None:
        _inside.reset(self._token)
        self.end()

    def end(self, usage: Usage | None = None) -> None:
        """Count what it has used; all that was taken, if that is not known."""
        if not self._is_over:
            self._is_over = True
            known = (None, None) if usage is None else (usage.input_tokens, usage.output_tokens)
            self._quota.leave(self, *known)

    def refuse(self) -> None:
        """Count a call that the provider has refused: nothing was written."""
        self._is_over = True
        self._quota.leave(self, None, 0)

    def give_back(self) -> None:
        """Count nothing: the answer came from elsewhere."""
        self._is_over = True
        self._quota.give_back(self)


def check_bound(name: str, value: object) -> None:
    """Refuse what is no bound.

    Raises:
        ValueError: names the value.
    """
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ValueError(f"{name!r} is a whole number from 1, or None for no bound, not {value!r}")


@lru_cache(_ACCOUNTS_REMEMBERED)
def _quota_of(account: object, limits: tuple[int | None, int | None, int | None]) -> Quota:  # noqa: ARG001 - one for each account
    requests, tokens, at_once = limits
    return Quota(requests_per_minute=requests, tokens_per_minute=tokens, max_at_once=at_once)


def shared_quota(
    account: tuple[object, ...],
    *,
    requests_per_minute: int | None = None,
    tokens_per_minute: int | None = None,
    max_at_once: int | None = None,
) -> Quota | None:
    """Return the one quota of this process with these limits for an account; `None` if none of them is a bound."""
    limits = requests_per_minute, tokens_per_minute, max_at_once
    if limits == (None, None, None):
        return None
    with _one_at_a_time:
        return _quota_of(account, limits)
