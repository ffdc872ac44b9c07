"""Holding the conversation of a job: recorded in the journal, gone on with from there, and let go of when it must wait."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Protocol

from autogen.chats.running import run_scope, run_settings
from autogen.core.human import LaterHuman
from autogen.core.switch import Switch
from autogen.errors import AutogenError, JournalFailed, JournalUnusable, LeaseLost, RunInUse
from autogen.events import ChatEnded, ChatStarted, MessageSent, RunEnded, RunResumed, RunStarted, StepEnded
from autogen.stop_reason import StopReason
from autogen.workers.port import Outcome
from autogen.workers.programs import run_program, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.chats.recording import Begun
    from autogen.core.run import Journal, Observer
    from autogen.events import Event
    from autogen.workers.port import Job

MOST_ATTEMPTS = 5
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0


class Finder(Protocol):
    """Whoever knows programs by name."""

    def find(self, target: str) -> Any:
        """Return the program of this name."""
        ...


class Store(Protocol):
    """A journal that holds many runs."""

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run."""
        ...

    async def a_end(self, run_id: str) -> None:
        """Let go of a run."""
        ...


class Leash(Switch):
    """A switch whose runs can also be ended at their next step, whatever thread they are in."""

    def __init__(self) -> None:
        super().__init__()
        self.is_ended = False

    def end(self) -> None:
        """End the runs at their next step."""
        self.is_ended = self.is_paused = True

    async def wait(self) -> None:
        """Return once nothing is paused.

        Raises:
            CancelledError: the run is to end.
        """
        while self.is_paused:
            if self.is_ended:
                raise asyncio.CancelledError
            await asyncio.sleep(_FIRST_WAIT_S)


async def perform(
    job: Job,
    programs: Finder,
    store: Store,
    *,
    leash: Leash,
    observers: Sequence[Observer] = (),
    tell: Callable[[str], None],
) -> Outcome:
    """Hold a conversation, or go on with it, until it ends, waits for a human, or fails.

    While somebody else is at it, or its journal cannot be reached, this waits.

    Args:
        job: what is to be held.
        programs: know it by its name.
        store: its record.
        leash: pauses or ends it.
        observers: watch it.
        tell: is told in words what holds it up.
    """
    wait_s = _FIRST_WAIT_S
    while True:
        try:
            return await _attempt(job, programs.find(job.target), store, leash, observers)
        except (RunInUse, LeaseLost):
            pass  # whoever is at it may yet be killed
        except (JournalFailed, JournalUnusable) as trouble:
            tell(f"{job.run_id}: it waits for its journal. {trouble}")
        except Exception as failure:  # noqa: BLE001 - told in the outcome
            return Outcome("failed", error=f"{type(failure).__name__}: {failure}")
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_WAIT_S)


class TooManyAttempts(AutogenError):
    """A conversation that takes its worker down each time."""


async def _attempt(job: Job, program: Any, store: Store, leash: Leash, observers: Sequence[Observer]) -> Outcome:
    record = _UntilAsked(store)
    settings = run_settings(
        journal=record,
        run_id=job.run_id,
        resume=True,
        in_doubt=job.in_doubt,
        origin=json.dumps(job.to_dict()),
        human=LaterHuman(),
        observers=observers,
        switch=leash,
    )
    with settings:
        async with run_scope(silent=True):
            value = await _run(program, job.task, record)
    return Outcome("waiting") if record.is_asked else Outcome("done", value)


async def _run(program: Any, task: Any, record: _UntilAsked) -> Any:
    """Run a program; what it does, or raises, once a human was asked counts for nothing yet."""
    try:
        return storable(await run_program(program, task))
    except BaseException:
        if not record.is_asked:
            raise
        return None


def _check_attempts(run_id: str, events: Sequence[Event]) -> None:
    """Refuse a run whose process was lost, again and again, before anything more was recorded.

    Raises:
        TooManyAttempts: it has had its attempts.
    """
    lost = 0
    for event in reversed(events):
        if isinstance(event, (StepEnded, MessageSent, RunEnded)):
            break
        lost += isinstance(event, (RunStarted, RunResumed))
    if lost > MOST_ATTEMPTS:
        raise TooManyAttempts(
            f"{lost - 1} workers were lost at the same place of this conversation, which is not tried again unasked. Look at the "
            f"end of its record (autogen journal show {run_id}), mend the program, and go on with it."
        )


class _Asked(BaseException):
    """A human was asked, and the program goes on: it is ended here, and goes on when there is an answer."""


class _UntilAsked:
    """A journal that takes nothing of a further chat once a human who is not here was asked in one.

    A program with several chats in a row would otherwise begin the next one with half a result.
    """

    is_durable = True

    def __init__(self, store: Store) -> None:
        self._store = store
        self.a_end = store.a_end
        self._asked: StopReason | None = None
        self.events: Sequence[Event] = ()
        self.seed = ""

    @property
    def is_asked(self) -> bool:
        """Whether a human was asked who is not here."""
        return self._asked is not None

    @property
    def journal(self) -> Journal:
        """Where the run is recorded: here."""
        return self

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of the run."""
        begun = await self._store.a_begin(run_id, resume=resume, origin=origin)
        try:
            _check_attempts(run_id, begun.events)
        except TooManyAttempts as refusal:  # recorded as its end, so that whoever asks for it may try again
            why = StopReason("failed", detail=str(refusal))
            begun.journal.append(RunEnded("", run_id, 0, 0, begun.events[-1].time, why, str(refusal)))
            await self._store.a_end(run_id)
            raise
        self.events, self.seed, self._run = begun.events, begun.seed, begun.journal
        return self

    def append(self, event: Event) -> None:
        """Add an event to the record of the run."""
        if isinstance(event, ChatEnded) and event.depth == 0 and event.reason.kind == "pending":
            self._asked = event.reason
        elif self._asked is not None and isinstance(event, ChatStarted) and event.depth == 0:
            raise _Asked
        elif self._asked is not None and isinstance(event, RunEnded):
            event = RunEnded("", event.run_id, 0, 0, event.time, self._asked)
        self._run.append(event)

    async def commit(self) -> None:
        """Return once all that was appended is safe."""
        await self._run.commit()
