"""What every worker does besides: take over from lost workers, go on with what was answered, stop what was cancelled.

DBOS itself notices lost workers only with a service of its makers. Here, a worker is known by the key under which it holds runs
in the journal, and the journal tells which of these live. Two that take over the same conversation do no harm: the journal
lets one of them write.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from autogen.errors import JournalError, QueueUnusable
from autogen.stores.watching import ready_runs, state_of
from autogen.workers.on_dbos.opening import WORKFLOW
from autogen.workers.on_dbos.queue import run_of
from autogen.workers.port import job_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dbos import WorkflowStatus as Status

    from autogen.workers.on_dbos.held import Held
    from autogen.workers.on_dbos.queue import DBOSQueue

_LOOKS_EVERY_S = 1.0
_CUTS_OFF_AFTER_S = 2.0
_PUTS_AT_ONCE = 20


class Supervisor:
    """Looks after a queue, now and then.

    Args:
        queue: the queue.
        held: what this worker holds, by leg.
        tell: is told in words what happens.
    """

    def __init__(self, queue: DBOSQueue, held: Mapping[str, Held], tell: Callable[[str], None]) -> None:
        self._queue, self._held, self._tell = queue, held, tell
        self._is_cut_off = False

    @property
    def rests_s(self) -> float:
        """How long to wait before the next look; a little different each time, so that workers do not look at once."""
        return _LOOKS_EVERY_S * random.uniform(0.8, 1.2)  # noqa: S311 - nothing secret hangs on it

    async def look(self) -> None:
        """Do what is to be done now; a database that is away is looked for again the next time."""
        try:
            await self._queue.ask(
                self._take_over
            )  # the first to notice that the database is away: it does not wait for it
            await self._stop_cancelled()
            await self._go_on_with_answered()
        except (QueueUnusable, JournalError) as trouble:
            if not self._is_cut_off:
                self._tell(f"The database cannot be reached, and is tried again. {trouble}")
            self._is_cut_off = True
        else:
            if self._is_cut_off:
                self._tell("The database is there again.")
            self._is_cut_off = False

    async def _go_on_with_answered(self) -> None:
        journal = self._queue.journal
        ready = [
            (job, run)
            for run in await self._queue.ask(lambda: ready_runs(journal))
            if (job := job_of(run.origin, run.run_id))
        ]
        for start in range(0, len(ready), _PUTS_AT_ONCE):
            some = ready[start : start + _PUTS_AT_ONCE]
            await asyncio.gather(*(self._queue.put(job, str(run.position)) for job, run in some))

    def _take_over(self) -> None:
        client, journal = self._queue.client, self._queue.journal
        taken = client.list_workflows(status="PENDING", name=WORKFLOW, load_input=False, load_output=False)
        others = [leg for leg in taken if leg.workflow_id not in self._held]
        is_alive = journal.presence.living() if others else None
        for leg in others:
            taken_s = (leg.dequeued_at or leg.updated_at or 0) / 1000
            run_id = run_of(leg.workflow_id)
            if is_alive is None or is_alive(leg.executor_id, taken_s) or state_of(journal, run_id) == "running":
                continue
            self._tell(f"{run_id}: its worker was lost; another takes over.")
            client.resume_workflow(leg.workflow_id, queue_name=leg.queue_name)

    async def _stop_cancelled(self) -> None:
        if not self._held:
            return
        legs = list(self._held)
        found: list[Status] = await self._queue.ask(
            lambda: self._queue.client.list_workflows(
                workflow_ids=legs, status="CANCELLED", load_input=False, load_output=False
            )
        )
        cancelled = [self._held[leg.workflow_id] for leg in found if leg.workflow_id in self._held]
        for held in cancelled:
            held.holding.end()
        running = [held.task for held in cancelled if not held.task.done()]
        if running:
            await asyncio.wait(running, timeout=_CUTS_OFF_AFTER_S)
        for held in cancelled:
            held.end()
