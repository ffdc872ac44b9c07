"""The journal in memory: a list of events, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogen.events import Event


class MemoryJournal:
    """Keeps events in order, in memory."""

    is_durable = False

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.append = self.events.append

    async def commit(self) -> None:
        """Do nothing: there is nothing that would survive a crash."""
