"""The queue in this very process: what is put there is held at once, by tasks of whoever put it there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autogen.errors import RunExists
from autogen.stores.sharing import open_journal
from autogen.workers.holding import Holding
from autogen.workers.performing import perform
from autogen.workers.port import FIRST, Outcome, Standing
from autogen.workers.programs import LoadedPrograms

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.workers.port import Job


class InProcess:
    """A queue for one process, which needs no package and no worker: for tests, and to try a program.

    What is queued is forgotten with the process; what was said and done is in the journal.

    Args:
        journal: the path or URL of the journal.
        at_once: hold at most so many conversations at a time.
    """

    def __init__(self, journal: str | Path, *, at_once: int = 100) -> None:
        self.journal = open_journal(journal)
        self._turn = asyncio.Semaphore(at_once)
        self._legs: dict[str, dict[str, _Leg]] = {}

    async def put(self, job: Job, leg: str = FIRST) -> None:
        """Hold a conversation, or go on with it, in a task of this process.

        Raises:
            RunExists: the run was submitted as something else.
        """
        legs = self._legs.setdefault(job.run_id, {})
        if leg == FIRST and legs and (first := legs[FIRST].job) != job:
            raise RunExists(
                f"{job.run_id!r} was submitted as {first.target} with another task or queue. Take another run_id."
            )
        if leg not in legs:
            legs[leg] = _Leg(job)
            legs[leg].task = asyncio.create_task(self._hold(legs[leg]))

    async def standing(self, run_id: str) -> Standing | None:
        """Tell where a conversation stands."""
        legs = self._legs.get(run_id)
        if not legs:
            return None
        newest = list(legs.values())[-1]
        active = next((leg for leg in legs.values() if leg.outcome is None), None)
        if active is not None:
            return Standing(newest.job, "running" if active.is_begun else "queued", None, len(legs))
        assert newest.outcome is not None
        return Standing(newest.job, newest.outcome.state, newest.outcome, len(legs))

    async def cancel(self, run_id: str) -> None:
        """Stop a conversation."""
        tasks: list[asyncio.Task[None]] = []
        for leg in self._legs.get(run_id, {}).values():
            if leg.outcome is None and leg.task is not None:
                leg.holding.end()
                leg.task.cancel()
                tasks.append(leg.task)
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Let go of the journal."""
        self.journal.close()

    async def _hold(self, leg: _Leg) -> None:
        try:
            async with self._turn:
                leg.is_begun = True
                leg.outcome = await perform(leg.job, LoadedPrograms(), self.journal, holding=leg.holding, tell=_ignore)
        except asyncio.CancelledError:
            leg.outcome = Outcome("cancelled")
            raise


class _Leg:
    def __init__(self, job: Job) -> None:
        self.job, self.holding = job, Holding()
        self.is_begun = False
        self.outcome: Outcome | None = None
        self.task: asyncio.Task[Any] | None = None


def _ignore(_: str) -> None:
    """Tell nobody: whoever waits sees that it waits."""
