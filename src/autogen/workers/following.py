"""Following a conversation from anywhere: its journal is read from the last event that was seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from autogen.stores.watching import Tail
from autogen.workers.port import OVER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from typing import Any

    from autogen.events import Event
    from autogen.stores.tables.journal import TableJournal
    from autogen.workers.port import State

_LOOKS_EVERY_S = 0.2


class Following:
    """The events of a conversation, as they are recorded; ends where the conversation is over or waits for a human.

    Args:
        journal: where it is recorded.
        run_id: the conversation.
        state: tells where it stands.
        after: leave out so many.

    Attributes:
        seen: the number of the last event that was given.
    """

    def __init__(
        self, journal: TableJournal, run_id: str, state: Callable[[], Coroutine[Any, Any, State]], after: int = 0
    ) -> None:
        self._journal, self._run_id, self._state = journal, run_id, state
        self.seen = after

    async def __aiter__(self) -> AsyncIterator[Event]:
        tail = Tail(self._journal, self._run_id, self.seen)
        while True:
            state = await self._state()  # asked first, so that what was recorded before the end is seen
            for number, event in await asyncio.to_thread(tail.new):
                self.seen = number
                yield event
            if state in OVER or state == "waiting":
                return
            await asyncio.sleep(_LOOKS_EVERY_S)
