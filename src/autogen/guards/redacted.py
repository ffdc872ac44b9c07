"""Observers and journals that get events without secrets: wrappers, with the same protocol in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.errors import JournalUnusable
from autogen.events import to_dict
from autogen.redaction import HIDDEN, Redactor, redacted, usual_redactor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.run import Journal, Observer
    from autogen.events import Event


class RedactedObserver:
    """Tells an observer of events without the secrets in them.

    A streamed reply comes in pieces, and a secret may be cut in two between them; the whole message follows, redacted.

    Args:
        observer: who is told.
        redactor: the environment's keys and what looks like a key, if not given.
    """

    def __init__(self, observer: Observer, redactor: Redactor | None = None) -> None:
        self._observer, self._redactor = observer, redactor or usual_redactor()
        self.wants_tokens = getattr(observer, "wants_tokens", False)
        self.sees_silent = getattr(observer, "sees_silent", True)

    def on_event(self, event: Event) -> None:
        """Pass it on."""
        self._observer.on_event(redacted(event, self._redactor))


class RedactedBegun(NamedTuple):
    """A run that was taken hold of: what is recorded of it, the seed of its chance, and where it goes on."""

    events: Sequence[Event]
    seed: str
    journal: Journal


class RedactedJournal:
    """Keeps a record without the secrets in it. A run can be resumed from it only if there were none.

    Args:
        journal: where the record is kept.
        redactor: as for `RedactedObserver`.
    """

    def __init__(self, journal: Journal, redactor: Redactor | None = None) -> None:
        self._journal, self._redactor = journal, redactor or usual_redactor()

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> RedactedBegun:
        """Take hold of a run.

        Raises:
            JournalUnusable: it is to be gone on with, and what was said is not in the record.
            TypeError: it is to be gone on with, and the journal holds no runs.
        """
        begin: Any = getattr(self._journal, "a_begin", None)
        if begin is None:
            if resume:
                kind = type(self._journal).__name__
                raise TypeError(f"resume=True needs a journal that holds runs, such as SQLiteJournal, and not {kind}.")
            return RedactedBegun((), run_id, self)
        begun = await begin(run_id, resume=resume, origin=origin)
        if any(HIDDEN in str(to_dict(event)) for event in begun.events):
            await self.a_end(run_id)
            raise JournalUnusable(
                f"The run {run_id!r} was recorded without its secrets, so it can be read, but not gone on with: what was "
                "said is not there. Record a run that is to be resumed without RedactedJournal, and redact observers."
            )
        return RedactedBegun(begun.events, begun.seed, RedactedJournal(begun.journal, self._redactor))

    async def a_end(self, run_id: str) -> None:
        """Let go of a run."""
        end: Any = getattr(self._journal, "a_end", None)
        if end is not None:
            await end(run_id)

    @property
    def is_durable(self) -> bool:
        """Whether this record outlives the process."""
        return self._journal.is_durable

    def append(self, event: Event, /) -> None:
        """Add an event to the record, without its secrets."""
        self._journal.append(redacted(event, self._redactor))

    async def commit(self) -> None:
        """Return once all that was appended would survive a crash."""
        await self._journal.commit()
