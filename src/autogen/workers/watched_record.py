"""The record of a run that a worker holds: it ends where a human was asked, and where worker after worker was lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from autogen.errors import AutogenError
from autogen.events import ChatEnded, ChatStarted, MessageSent, RunEnded, RunResumed, StepEnded
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.chats.recording import Begun
    from autogen.core.run import Journal
    from autogen.events import Event
    from autogen.workers.holding import Holding

MOST_ATTEMPTS = 5


class Store(Protocol):
    """A journal that holds many runs."""

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run."""
        ...

    async def a_end(self, run_id: str) -> None:
        """Let go of a run."""
        ...


class TooManyAttempts(AutogenError):
    """A conversation that takes its worker down each time."""


def _check_attempts(run_id: str, events: Sequence[Event]) -> None:
    """Refuse a run whose process was lost, again and again, before anything more was recorded.

    Raises:
        TooManyAttempts: it has had its attempts.
    """
    lost = 0
    for event in reversed(events):
        if isinstance(event, (StepEnded, MessageSent, RunEnded)):
            break
        lost += isinstance(event, RunResumed)
    if lost >= MOST_ATTEMPTS:
        raise TooManyAttempts(
            f"{lost} workers were lost at the same place of this conversation, which is not tried again unasked. Look at the "
            f"end of its record (autogen journal show {run_id}), mend the program, and go on with it."
        )


class _Asked(BaseException):
    """A human was asked, and the program goes on: it is ended here, and goes on when there is an answer."""


class WatchedRecord:
    """A journal that takes nothing of a further chat once a human who is not here was asked in one.

    A program with several chats in a row would otherwise begin the next one with half a result.
    """

    is_durable = True

    def __init__(self, store: Store, holding: Holding) -> None:
        self._store, self._holding = store, holding
        self._is_over = False
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
        self.later = getattr(begun.journal, "later", None)
        return self

    async def a_end(self, run_id: str) -> None:
        """Let go of the run; whatever the program still does is not its part any more."""
        self._is_over = True
        await self._store.a_end(run_id)

    def append(self, event: Event) -> None:
        """Add an event to the record of the run.

        Raises:
            CancelledError: it was let go of.
        """
        if self._is_over:
            raise asyncio.CancelledError
        if isinstance(event, ChatEnded) and event.depth == 0 and event.reason.kind == "pending":
            self._asked = event.reason
        elif self._asked is not None and isinstance(event, ChatStarted) and event.depth == 0:
            raise _Asked
        elif self._asked is not None and isinstance(event, RunEnded):
            event = RunEnded("", event.run_id, 0, 0, event.time, self._asked)
        self._run.append(event)
        self._holding.note(event)

    async def commit(self) -> None:
        """Return once all that was appended is safe."""
        await self._run.commit()
