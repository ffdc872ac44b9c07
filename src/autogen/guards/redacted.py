"""Observers and journals that get events without secrets: wrappers, with the same protocol in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.redaction import Redactor, redacted, usual_redactor

if TYPE_CHECKING:
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


class RedactedJournal:
    """Keeps a record without the secrets in it; a run that is resumed from it sees `[redacted]` too.

    Args:
        journal: where the record is kept.
        redactor: as for `RedactedObserver`.
    """

    def __init__(self, journal: Journal, redactor: Redactor | None = None) -> None:
        self._journal, self._redactor = journal, redactor or usual_redactor()

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
