"""A conversation that is being held, from the side of whoever holds it: paused, ended, and whether anything goes on in it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from autogen.core.switch import Switch
from autogen.events import ChatEnded, ChatStarted, StepEnded, StepStarted

if TYPE_CHECKING:
    from autogen.events import Event

_LOOKS_EVERY_S = 0.05


class Holding(Switch):
    """A switch that can also end its run at the next step, in whatever thread, and that knows which steps go on."""

    def __init__(self) -> None:
        super().__init__()
        self._is_ended = self._is_held = self._winds_up = False
        self._steps: set[int] = set()
        self._places: dict[int, int] = {}

    @property
    def is_at_rest(self) -> bool:
        """Whether no step goes on, but for those that wait for a chat inside them."""
        return self._steps <= set(self._places.values())

    def pause(self) -> None:
        """Hold the run before its next step."""
        self._is_held = self.is_paused = True

    def end(self) -> None:
        """End the run at its next step."""
        self._is_ended = self.is_paused = True

    def begin(self) -> None:
        """Begin an attempt to hold it; nothing of an earlier one counts."""
        self._steps.clear()
        self._places.clear()
        self._winds_up, self.is_paused = False, self._is_held or self._is_ended

    async def wait(self) -> None:
        """Return once nothing is paused.

        Raises:
            CancelledError: the run is to end.
        """
        while self.is_paused:
            if self._is_ended or self._winds_up:
                raise asyncio.CancelledError
            await asyncio.sleep(_LOOKS_EVERY_S)

    async def wind_up(self, patience_s: float) -> None:
        """End what the program has left behind: steps that go on may end, for a while, and none is begun.

        A program leaves something if it failed in one of several chats, or if its thread cannot be stopped.
        """
        if self._steps:
            self._winds_up = self.is_paused = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while self._steps:  # noqa: ASYNC110 - it changes with every event
                    await asyncio.sleep(_LOOKS_EVERY_S)

    def note(self, event: Event) -> None:
        """Take notice of what happens."""
        if isinstance(event, StepStarted):
            self._steps.add(event.step_id)
        elif isinstance(event, StepEnded):
            self._steps.discard(event.step_id)
        elif isinstance(event, ChatStarted):
            self._places[event.step_id] = event.parent_id
        elif isinstance(event, ChatEnded):
            self._places.pop(event.step_id, None)
