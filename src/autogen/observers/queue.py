"""Events for whoever reads them one by one: a bounded queue between a run and an async iterator."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from autogen.events import NoticeRaised, RunEnded, TokenStreamed

if TYPE_CHECKING:
    from autogen.events import Event

CAPACITY = 10_000
"""Events that wait for a reader at the most."""


class QueueObserver:
    """The events of a run, in order, as an async iterator; it ends when `end` is called and all were read.

    The run never waits for the reader. When `capacity` events wait, further ones are dropped, and a `NoticeRaised` in
    their place says how many; pieces of a streamed reply are dropped from half of it on, for the whole message follows.
    The last event, `RunEnded`, is never dropped.
    """

    wants_tokens = True

    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 2:  # noqa: PLR2004 - a half must be something
            raise ValueError(f"capacity={capacity}: at least 2 events must be able to wait")
        self._capacity = capacity
        self._waiting: deque[Event] = deque()
        self._dropped = 0
        self._has_ended = False
        self._reader: asyncio.Future[None] | None = None

    def on_event(self, event: Event) -> None:
        """Put an event into the queue, if there is room."""
        room = self._capacity // 2 if type(event) is TokenStreamed else self._capacity
        if len(self._waiting) >= room and type(event) is not RunEnded:
            self._dropped += 1
            return
        if self._dropped:
            self._waiting.append(_mark(self._dropped, event))
            self._dropped = 0
        self._waiting.append(event)
        self._wake()

    def end(self) -> None:
        """Let the iteration end once everything was read."""
        self._has_ended = True
        self._wake()

    def __aiter__(self) -> QueueObserver:
        """Return the queue itself: it can be read once."""
        return self

    async def __anext__(self) -> Event:
        """Return the next event, as soon as there is one."""
        while not self._waiting:
            if self._has_ended:
                raise StopAsyncIteration
            self._reader = asyncio.get_running_loop().create_future()
            if not self._waiting and not self._has_ended:  # the run may be on another thread
                await self._reader
        return self._waiting.popleft()

    def _wake(self) -> None:
        reader, self._reader = self._reader, None
        if reader is None:
            return
        loop = reader.get_loop()
        try:
            is_here = asyncio.get_running_loop() is loop
        except RuntimeError:
            is_here = False
        if is_here:
            _settle(reader)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_settle, reader)


def _settle(reader: asyncio.Future[None]) -> None:
    if not reader.done():
        reader.set_result(None)


def _mark(count: int, next_event: Event) -> NoticeRaised:
    text = f"{count} events were dropped here: the reader is too slow. The journal of the run has them all."
    return NoticeRaised("", next_event.run_id, 0, next_event.parent_id, next_event.time, "warning", text)
