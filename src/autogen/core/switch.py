"""A switch for whoever watches from outside: stop, pause or go on with the runs it is given to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Switch:
    """Stops, pauses and goes on with runs; from any task or thread.

    A run that is stopped ends after the message that is being made. One that is paused waits before its next step into
    the outside world.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self.reason = ""
        self.is_paused = False
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    def stop(self, reason: str = "stopped from outside") -> None:
        """End every chat of the run after the message that is being made."""
        self.reason, self.is_stopped = reason, True
        self.resume()

    def pause(self) -> None:
        """Hold the run before its next step."""
        if not self.is_stopped:
            self.is_paused = True

    def resume(self) -> None:
        """Let a paused run go on."""
        with self._lock:
            self.is_paused = False
            waiting, self._waiting = self._waiting, []
        for loop, future in waiting:
            loop.call_soon_threadsafe(_settle, future)

    async def wait(self) -> None:
        """Return once nothing is paused."""
        import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a run waits

        while True:
            loop = asyncio.get_running_loop()
            with self._lock:
                if not self.is_paused:
                    return
                future: asyncio.Future[None] = loop.create_future()
                self._waiting.append((loop, future))
            await future


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
