"""A queue of callers on any number of event loops and threads: whoever came first is told when it may look again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

_SHORTEST_WAIT_S = 0.001
"""A timer may fire a little early, and what it waited for would then be some femtoseconds away."""


class Turn:
    """A caller that waits, on its own event loop."""

    __slots__ = ("_future", "_is_called", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] | None = None
        self._is_called = False

    def call(self) -> bool:
        """Have it look again, from whatever thread; `False` if its loop has ended."""
        if self._loop.is_closed():
            return False
        self._loop.call_soon_threadsafe(self._wake)
        return True

    async def wait(self, longest_s: float | None) -> None:
        """Return when it is called, or after so many seconds."""
        if not self._is_called:
            self._future = self._loop.create_future()
            timer = None if longest_s is None else self._loop.call_later(max(longest_s, _SHORTEST_WAIT_S), self._wake)
            try:
                await self._future
            finally:
                self._future = None
                if timer is not None:
                    timer.cancel()
        self._is_called = False

    def _wake(self) -> None:
        self._is_called = True
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class Turns:
    """The callers that wait, in the order in which they came. Whoever uses it holds a lock of its own."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: OrderedDict[Turn, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, turn: Turn) -> None:
        """Have a caller wait behind all others."""
        self._waiting[turn] = None

    def is_first(self, turn: Turn) -> bool:
        """Tell whether nobody is before this caller."""
        return next(iter(self._waiting)) is turn

    def leave(self, turn: Turn) -> None:
        """Have a caller wait no longer, wherever it stood."""
        was_first = turn in self._waiting and self.is_first(turn)
        self._waiting.pop(turn, None)
        if was_first:
            self.call_first()

    def call_first(self) -> None:
        """Have the one that came first look again; those whose loop has ended are gone."""
        while self._waiting:
            turn = next(iter(self._waiting))
            if turn.call():
                return
            del self._waiting[turn]
