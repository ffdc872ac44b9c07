"""Looking at runs that others write: what is new in one, where it stands, and which wait for somebody to go on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autogen.events import RunEnded
from autogen.stop_reason import StopReason
from autogen.stores.rows import Reader, Row

if TYPE_CHECKING:
    from autogen.events import Event
    from autogen.stores.tables.journal import TableJournal

_NEW = (
    "SELECT position, type, source, step, parent, time, text, same_as, facts FROM records"
    " WHERE run = ? AND position > ? ORDER BY position"
)
_READY = "SELECT id, (SELECT max(position) FROM records WHERE run = number), origin FROM runs WHERE reason = 'ready'"


class Tail:
    """The end of a run's record, as it grows; a run that has not begun yet has none.

    Args:
        journal: holds it.
        run_id: the run.
        after: leave out so many events.
    """

    def __init__(self, journal: TableJournal, run_id: str, after: int = 0) -> None:
        self._journal, self._run_id, self._after = journal, run_id, after
        self._reader = Reader(run_id)
        self._read = 0

    def new(self) -> list[tuple[int, Event]]:
        """Return what was recorded since the last time, each event with its number."""
        execute = self._journal.database.execute
        events: list[tuple[int, Event]] = []
        for (number,) in execute("SELECT number FROM runs WHERE id = ?", (self._run_id,)):
            for values in execute(_NEW, (number, self._read)):
                row = Row(*values)
                event = self._reader.event(row)  # those left out may hold the words of later ones
                self._read = row.position
                if row.position > self._after:
                    events.append((row.position, event))
        return events


def state_of(journal: TableJournal, run_id: str) -> str:
    """Tell where a run stands, in the words of `RunSummary.state`; "unknown" if it has not begun."""
    found = journal.database.execute("SELECT reason, owner_key, heartbeat FROM runs WHERE id = ?", (run_id,))
    if not found:
        return "unknown"
    reason, *owner = found[0]
    if reason is not None:
        return "waiting" if reason == "pending" else reason
    return "running" if journal.presence.living()(*owner) else "interrupted"


class Ready(NamedTuple):
    """A run whose question was answered, and which nobody has gone on with yet.

    Args:
        run_id: its name.
        position: the number of its newest event, which is the answer.
        origin: JSON, from whoever began it; `None` if nothing was said.
    """

    run_id: str
    position: int
    origin: str | None


def ready_runs(journal: TableJournal, run_id: str | None = None) -> list[Ready]:
    """Return the runs that can be gone on with since they were answered; or just this one, if it can."""
    execute = journal.database.execute
    rows = execute(f"{_READY} ORDER BY number") if run_id is None else execute(f"{_READY} AND id = ?", (run_id,))
    return [Ready(*row) for row in rows]


def cancel(journal: TableJournal, run_id: str) -> None:
    """Record that a run which nobody is at has ended, and is not waited for any more.

    Raises:
        RunInUse: a process is at it.
    """
    if state_of(journal, run_id) == "unknown":
        return
    journal.begin(run_id, resume=True)
    try:
        why = "cancelled from outside"
        reason = StopReason("cancelled", detail=why)
        journal.append(RunEnded("", run_id, 0, 0, journal.presence.clock(), reason, why))
    finally:
        journal.end(run_id)
