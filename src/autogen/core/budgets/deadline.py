"""The end of an account's time: one timer ends all steps that are under way then.

A timer of its own for each step would cost more than all other bounds together.
"""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING, Protocol, TypeVar

from autogen.errors import LimitReached

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Timed(Protocol):
    """Something whose time runs out."""

    def time_left_s(self) -> float | None:
        """Return the seconds that are left; `None` if there is no bound."""
        ...


class Deadline:
    """Ends the steps of one event loop when the time of an account is up.

    The timer is set with the first step and stays until it rings or `rest` is called, so that a step costs next to nothing.
    """

    __slots__ = ("_loop", "_timed", "_timer", "_under_way")

    def __init__(self, timed: Timed, loop: asyncio.AbstractEventLoop) -> None:
        self._timed, self._loop = timed, loop
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: set[_UnderWay] = set()

    async def bound(self, allowed_s: float, perform: Callable[[int], Awaitable[T]], step_id: int) -> T:
        """Do a step, and cut it off when the time is up.

        Raises:
            LimitReached: it was cut off, or not begun.
        """
        if self._timer is None and not self._set():
            raise LimitReached("time_s", allowed_s, allowed_s)
        this = _UnderWay(self._loop)
        self._under_way.add(this)
        try:
            return await perform(step_id)
        except asyncio.CancelledError:
            if this.was_cut_off():
                raise LimitReached("time_s", allowed_s, allowed_s) from None
            raise
        finally:
            self._under_way.discard(this)
            this.was_cut_off()

    def rest(self) -> bool:
        """Take the timer away; `False` if a step is under way, and it stays."""
        if self._under_way:
            return False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return True

    def _set(self) -> bool:
        """Set the timer; `False` if the time is up."""
        left_s = self._timed.time_left_s()
        if left_s is not None and left_s <= 0:
            return False
        if left_s is not None:
            self._timer = self._loop.call_later(left_s, self._ring, context=Context())  # a loop keeps cancelled timers
        return True

    def _ring(self) -> None:
        """Cut off what is under way if the time is up; otherwise come again when it is."""
        self._timer = None
        if self._under_way and not self._set():
            for each in self._under_way:
                each.cut_off()


class _UnderWay:
    """A step that is under way in the running task."""

    __slots__ = ("_cancelled_before", "_is_cut_off", "_task")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        task = asyncio.current_task(loop)
        assert task is not None, "a step is taken in a task"
        self._task, self._cancelled_before, self._is_cut_off = task, task.cancelling(), False

    def cut_off(self) -> None:
        """Cancel it."""
        self._is_cut_off = True
        self._task.cancel()

    def was_cut_off(self) -> bool:
        """Tell, once, whether its cancellation is the one of the deadline alone; that one is taken back."""
        if not self._is_cut_off:
            return False
        self._is_cut_off = False
        return self._task.uncancel() <= self._cancelled_before
