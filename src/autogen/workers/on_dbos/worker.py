"""A worker: a process that takes conversations off a queue, holds them, and takes over from workers that were lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dbos import DBOS

from autogen.workers.on_dbos.held import Held
from autogen.workers.on_dbos.opening import (
    APPLICATION,
    JSON,
    PROTOCOL,
    SCHEMA,
    WORKFLOW,
    engine_of,
    refuse_pickles_everywhere,
    url_of,
)
from autogen.workers.on_dbos.queue import DBOSQueue
from autogen.workers.on_dbos.supervising import Supervisor
from autogen.workers.performing import perform
from autogen.workers.port import Job, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dbos import DBOSConfig

    from autogen.workers.programs import Programs

AT_ONCE = 100
GRACE_S = 30.0
_LOOKS_EVERY_S = 0.05
_UNWINDS_WITHIN_S = 5.0
_POLLS_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Limits of a queue; they are kept in the database, and hold for all its workers until others are set.

    Args:
        at_once: one worker holds at most so many conversations at a time; 100 where nobody has said.
        in_all: all workers together hold at most so many.
        starts: at most so many are begun in so many seconds.
    """

    at_once: int | None = None
    in_all: int | None = None
    starts: tuple[int, float] | None = None


class Worker:
    """A worker; there is one in a process, which does nothing else.

    Args:
        database: the path of an SQLite file, or the URL of a PostgreSQL database.
        programs: what it can hold.
        queues: which it takes from.
        limits: of these queues; they stay as they are if not given.
        grace_s: when it is stopped, steps that go on have so many seconds to end.
        tell: is told in words what happens.

    Raises:
        JournalUnusable, QueueUnusable: the database cannot be used; names the cure.
    """

    def __init__(
        self,
        database: str,
        programs: Programs,
        queues: Sequence[str],
        *,
        limits: QueueLimits = QueueLimits(),
        grace_s: float = GRACE_S,
        tell: Callable[[str], None],
    ) -> None:
        self._programs, self._queues, self._limits = programs, list(queues), limits
        self._grace_s, self._tell = grace_s, tell
        refuse_pickles_everywhere()
        self._queue = DBOSQueue(database)
        self._engine = engine_of(self._queue.journal)
        self._held: dict[str, Held] = {}
        self._is_leaving = False
        self._has_left = asyncio.Event()

    async def work(self, is_to_stop: asyncio.Event) -> None:
        """Work until it is stopped; then end what can be ended in the time of grace, and hand the rest over.

        Raises:
            QueueUnusable: the database cannot be used.
        """
        self._loop = asyncio.get_running_loop()
        await self._queue.ask(self._launch)
        self._tell(
            f"Working on {', '.join(self._queues)} in {self._queue.journal.place}. Ctrl-C hands over what is not done."
        )
        supervisor = Supervisor(self._queue, self._held, self._tell)
        while not is_to_stop.is_set():
            await supervisor.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(is_to_stop.wait(), supervisor.rests_s)
        await self._leave()

    def _launch(self) -> None:
        for name in [name for name in os.environ if name.startswith("DBOS__")]:
            del os.environ[name]  # they would have it report to its makers' service
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": url_of(self._queue.journal),
            "dbos_system_schema": SCHEMA,
            "sys_db_pool_size": 8,
            "serializer": JSON,
            "application_version": PROTOCOL,
            "executor_id": self._queue.journal.presence.owner.key,
            "log_level": "CRITICAL",  # failures are told by us, in our words
            "enable_otlp": False,
        }
        if self._engine is not None:
            config["system_database_engine"] = self._engine
        DBOS(config=config)

        async def hold(facts: dict[str, Any]) -> dict[str, Any]:
            return await self._hold_for_dbos(facts)

        DBOS.workflow(name=WORKFLOW)(hold)
        DBOS.listen_queues(self._queues)
        DBOS.launch()
        limits = self._limits
        for name in self._queues:
            DBOS.register_queue(
                name,
                worker_concurrency=limits.at_once or AT_ONCE,
                global_concurrency=limits.in_all,
                limiter=None if limits.starts is None else {"limit": limits.starts[0], "period": limits.starts[1]},
                polling_interval_sec=_POLLS_EVERY_S,
                on_conflict="never_update" if limits == QueueLimits() else "always_update",
            )

    async def _hold_for_dbos(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Hold a conversation: on the loop of this library, not on that of DBOS."""
        leg = DBOS.workflow_id
        assert leg is not None
        holding = asyncio.run_coroutine_threadsafe(self._hold(leg, Job.from_dict(facts)), self._loop)
        return (await asyncio.wrap_future(holding)).to_dict()

    async def _hold(self, leg: str, job: Job) -> Outcome:
        held = self._held[leg] = Held(job)
        if self._is_leaving:
            held.holding.pause()
        performing = perform(job, self._programs, self._queue.journal, holding=held.holding, tell=self._tell)
        held.task = asyncio.create_task(performing)
        await asyncio.wait({held.task})
        if held.task.cancelled() and self._is_leaving:
            await self._has_left.wait()  # by then it is another worker's, and what is returned here counts for nothing
            return Outcome("cancelled")
        del self._held[leg]
        outcome = Outcome("cancelled") if held.task.cancelled() else held.task.result()
        self._tell(f"{job.run_id}: {outcome.state}{'' if outcome.error is None else f'. {outcome.error}'}")
        return outcome

    async def _leave(self) -> None:
        """Hold every conversation before its next step, and once no step goes on, hand them over."""
        self._is_leaving = True
        for held in self._held.values():
            held.holding.pause()
        closing = asyncio.create_task(asyncio.to_thread(self._close))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rest(), self._grace_s)
        left = dict(self._held)
        tasks = [held.end() for held in left.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=_UNWINDS_WITHIN_S)
        await self._queue.ask(lambda: self._put_back(left))
        self._has_left.set()
        await closing
        self._queue.close()

    async def _rest(self) -> None:
        """Return once no step goes on."""
        while not all(held.holding.is_at_rest for held in self._held.values()):  # noqa: ASYNC110 - it changes with every event
            await asyncio.sleep(_LOOKS_EVERY_S)

    def _put_back(self, left: Mapping[str, Held]) -> None:
        for leg, held in left.items():
            self._queue.client.resume_workflow(leg, queue_name=held.job.queue)
            self._tell(f"{held.job.run_id}: handed over.")

    def _close(self) -> None:
        """Take nothing more off the queue, and let go of it once nothing is held."""
        DBOS.destroy(workflow_completion_timeout_sec=int(self._grace_s + 2 * _UNWINDS_WITHIN_S))
        if self._engine is not None:
            self._engine.dispose()
