"""A conversation that a worker has taken off the queue."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autogen.workers.holding import Holding

if TYPE_CHECKING:
    from autogen.workers.port import Job


class Held:
    """A conversation that this worker is holding.

    Args:
        job: what is held.

    Attributes:
        holding: pauses it.
        task: holds it, once it has begun.
    """

    def __init__(self, job: Job) -> None:
        self.job, self.holding = job, Holding()
        self.task: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def end(self) -> asyncio.Future[Any]:
        """Cut it off, and return what will be done once it has ended."""
        self.holding.end()
        self.task.cancel()
        return self.task
