"""The queue as those see it who put something there: through DBOS's client, which runs nothing."""

from __future__ import annotations

import asyncio
import atexit
import threading
from typing import TYPE_CHECKING, Any, cast

from dbos import DBOS, DBOSClient

from autogen.errors import QueueUnusable, RunExists
from autogen.stores.sharing import open_journal
from autogen.workers.on_dbos.opening import (
    APPLICATION,
    JSON,
    PROTOCOL,
    SCHEMA,
    WORKFLOW,
    asking,
    engine_of,
    url_of,
)
from autogen.workers.port import FIRST, Job, Outcome, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbos import EnqueueOptions
    from dbos import WorkflowStatus as Status

_CONNECTIONS = 8
ACTIVE = ["ENQUEUED", "DELAYED", "PENDING"]


class DBOSQueue:
    """A queue in a database.

    Args:
        database: the path of an SQLite file, or the URL of a PostgreSQL database.

    Raises:
        JournalUnusable, QueueUnusable: it cannot be used; names the cure.
    """

    def __init__(self, database: str) -> None:
        self.journal = open_journal(database)
        self._where = self.journal.place
        self._engine = engine_of(self.journal)
        try:
            with asking(self._where):
                DBOS.migrate(url_of(self.journal), schema=SCHEMA)
                self.client = DBOSClient(
                    system_database_url=url_of(self.journal),
                    system_database_engine=self._engine,
                    dbos_system_schema=SCHEMA,
                    serializer=JSON,
                    application_name=APPLICATION,
                    retry_connection_errors=False,
                    system_database_pool_size=_CONNECTIONS,
                )
        except BaseException:
            self.journal.close()
            raise

    async def put(self, job: Job, leg: str = FIRST) -> None:
        """Put a job on the queue. The same leg of the same run counts once.

        Raises:
            RunExists: the run was submitted as something else.
        """
        await self.ask(lambda: self._put(job, leg))

    async def standing(self, run_id: str) -> Standing | None:
        """Tell where a conversation stands."""
        legs = await self.ask(lambda: self._legs(run_id))
        if not legs:
            return None
        newest = next((leg for leg in legs if leg.status in ACTIVE), legs[0])
        job = _job_of(newest)
        if newest.status in ACTIVE:
            return Standing(job, "running" if newest.status == "PENDING" else "queued", None, len(legs))
        outcome = _outcome_of(newest)
        return Standing(job, outcome.state, outcome, len(legs))

    async def cancel(self, run_id: str) -> None:
        """Take a conversation off the queue, and have the worker that holds it stop."""

        def cancel() -> None:
            active = [leg.workflow_id for leg in self._legs(run_id) if leg.status in ACTIVE]
            if active:
                self.client.cancel_workflows(active)

        await self.ask(cancel)

    async def ask(self, question: Callable[[], Any]) -> Any:
        """Ask DBOS something, without holding up the loop.

        Raises:
            QueueUnusable: it failed.
        """

        def ask() -> Any:
            with asking(self._where):
                return question()

        return await asyncio.to_thread(ask)

    def close(self) -> None:
        """Let go of the database."""
        self.client.destroy()
        if self._engine is not None:
            self._engine.dispose()
        self.journal.close()

    def _put(self, job: Job, leg: str) -> None:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": job.queue,
            "workflow_id": leg_id(job.run_id, leg),
            "app_version": PROTOCOL,
        }
        self.client.enqueue(options, job.to_dict())
        if leg == FIRST:
            (found,) = self.client.list_workflows(workflow_ids=[options["workflow_id"]], load_output=False)
            first = _job_of(found)
            if first != job:
                raise RunExists(
                    f"{job.run_id!r} was submitted as {first.target} already, with another task or other options. Take another "
                    "run_id."
                )

    def _legs(self, run_id: str) -> list[Status]:
        return self.client.list_workflows(workflow_id_prefix=leg_id(run_id, ""), sort_desc=True)


def leg_id(run_id: str, leg: str) -> str:
    """Return what DBOS calls a leg of a run."""
    return f"{run_id}~{leg}"


def run_of(leg: str) -> str:
    """Return the run that a leg, as DBOS calls it, belongs to."""
    return leg.rpartition("~")[0]


_clients: dict[str, DBOSQueue] = {}
_opening = threading.Lock()


def client_at(database: str) -> DBOSQueue:
    """Return the queue in a database; it stays open, and serves all of this process."""
    with _opening:
        queue = _clients.get(database)
        if queue is None or not queue.journal.is_here:
            queue = _clients[database] = DBOSQueue(database)
            atexit.register(queue.close)
        return queue


def _job_of(status: Status) -> Job:
    try:
        return Job.from_dict(status.input["args"][0] if isinstance(status.input, dict) else None)
    except ValueError:
        raise QueueUnusable(
            f"{run_of(status.workflow_id)!r} stands in the queue by something that is not JSON, or was not written by this "
            "library. It is not read."
        ) from None


def _outcome_of(status: Status) -> Outcome:
    if status.status == "SUCCESS":
        return Outcome.from_dict(cast("dict[str, Any]", status.output))
    if status.status == "CANCELLED":
        return Outcome("cancelled")
    return Outcome("failed", error=f"{status.status}: {status.error}")
