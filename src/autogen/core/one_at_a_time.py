"""A queue for callers on any number of event loops: one goes on, the others wait in the order in which they came."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque


class OneAtATime:
    """An asynchronous context that holds one caller at a time; a caller that is cancelled leaves the queue.

    A process that is forked off has a queue of its own, which is empty: who held or waited is not there.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._process_id = os.getpid()
        self._lock = threading.Lock()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_taken = False

    async def __aenter__(self) -> None:
        if self._process_id != os.getpid():
            self._begin()
        turn = self._join()
        if turn is None:
            return
        try:
            await turn
        except asyncio.CancelledError:
            if not self._leave(turn):
                self._pass_on()  # it was called up at the same moment
            raise

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def _join(self) -> asyncio.Future[None] | None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return None
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            return turn

    def _leave(self, turn: asyncio.Future[None]) -> bool:
        with self._lock:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            while self._waiting:
                turn = self._waiting.popleft()
                if not turn.get_loop().is_closed():
                    turn.get_loop().call_soon_threadsafe(_call_up, turn)
                    return
            self._is_taken = False


def _call_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
