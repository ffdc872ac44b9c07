"""Holding the conversation of a job: recorded in the journal, gone on with from there, and let go of when it must wait."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Protocol

from autogen.chats.running import run_scope, run_settings
from autogen.core.human import LaterHuman
from autogen.errors import JournalFailed, JournalUnusable, LeaseLost, RunInUse
from autogen.workers.port import Outcome
from autogen.workers.programs import run_program, storable
from autogen.workers.watched_record import WatchedRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.workers.holding import Holding
    from autogen.workers.port import Job
    from autogen.workers.watched_record import Store

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0
_ENDS_WITHIN_S, _CUT_OFF_WITHIN_S = 60.0, 2.0


class Finder(Protocol):
    """Whoever knows programs by name."""

    def find(self, target: str) -> Any:
        """Return the program of this name."""
        ...


async def perform(
    job: Job,
    programs: Finder,
    store: Store,
    *,
    holding: Holding,
    tell: Callable[[str], None],
) -> Outcome:
    """Hold a conversation, or go on with it, until it ends, waits for a human, or fails.

    While somebody else is at it, or its journal cannot be reached, this waits.

    Args:
        job: what is to be held.
        programs: know it by its name.
        store: its record.
        holding: pauses or ends it.
        tell: is told in words what holds it up.
    """
    wait_s = _FIRST_WAIT_S
    while True:
        try:
            return await _attempt(job, programs.find(job.target), store, holding)
        except (RunInUse, LeaseLost):
            pass  # whoever is at it may yet be killed
        except (JournalFailed, JournalUnusable) as trouble:
            tell(f"{job.run_id}: it waits for its journal. {trouble}")
        except Exception as failure:  # noqa: BLE001 - told in the outcome
            return Outcome("failed", error=f"{type(failure).__name__}: {failure}")
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_WAIT_S)


async def _attempt(job: Job, program: Any, store: Store, holding: Holding) -> Outcome:
    holding.begin()
    record = WatchedRecord(store, holding)
    settings = run_settings(
        journal=record,
        run_id=job.run_id,
        resume=True,
        in_doubt=job.in_doubt,
        origin=json.dumps(job.to_dict()),
        human=LaterHuman(),
        observers=[],
        switch=holding,
    )
    with settings:
        async with run_scope(silent=True):
            patience_s = _ENDS_WITHIN_S
            try:
                value = await _run(program, job.task, record)
            except asyncio.CancelledError:
                patience_s = _CUT_OFF_WITHIN_S
                raise
            finally:
                await holding.wind_up(patience_s)
    return Outcome("waiting") if record.is_asked else Outcome("done", value)


async def _run(program: Any, task: Any, record: WatchedRecord) -> Any:
    """Run a program; what it does, or raises, once a human was asked counts for nothing yet."""
    try:
        return storable(await run_program(program, task))
    except BaseException:
        if not record.is_asked:
            raise
        return None
