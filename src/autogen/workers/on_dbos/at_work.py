"""What a worker is holding, and whether it can be let go of without cutting anything off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autogen.events import ChatEnded, ChatStarted, StepEnded, StepStarted
from autogen.workers.performing import Leash

if TYPE_CHECKING:
    from autogen.events import Event
    from autogen.workers.port import Job


class Held:
    """A conversation that this worker is holding; as an observer, it knows which steps go on.

    Args:
        job: what is held.

    Attributes:
        leash: pauses it.
        task: holds it, once it has begun.
    """

    wants_tokens = False

    def __init__(self, job: Job) -> None:
        self.job, self.leash = job, Leash()
        self.task: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._steps: set[int] = set()
        self._places: dict[int, int] = {}

    @property
    def is_at_rest(self) -> bool:
        """Whether no step goes on, but for those that wait for a chat inside them."""
        return self._steps <= set(self._places.values())

    def end(self) -> asyncio.Future[Any]:
        """Cut it off, and return what will be done once it has ended."""
        self.leash.end()
        self.task.cancel()
        return self.task

    def on_event(self, event: Event) -> None:
        """Take notice of what happens."""
        if isinstance(event, StepStarted):
            self._steps.add(event.step_id)
        elif isinstance(event, StepEnded):
            self._steps.discard(event.step_id)
        elif isinstance(event, ChatStarted):
            self._places[event.step_id] = event.parent_id
        elif isinstance(event, ChatEnded):
            self._places.pop(event.step_id, None)
