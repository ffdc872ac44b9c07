"""The journal in tables: many runs in one place, each written by one process at a time.

`SQLiteJournal` and `PostgresJournal` are this, over a database and a pen of their own.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Never, Protocol, TypeVar

from autogen.errors import JournalFailed, RunExists, RunInUse
from autogen.events import RunResumed
from autogen.stores.held import Held, Pen
from autogen.stores.tables.database import Taken, check_is_here
from autogen.stores.tables.heartbeat import Heartbeat
from autogen.stores.tables.reading import read_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.core.run import Journal
    from autogen.events import Event
    from autogen.stores.held import Statement
    from autogen.stores.lease import Presence
    from autogen.stores.tables.database import Database

T = TypeVar("T")

_RELEASE = "UPDATE runs SET owner = NULL, owner_key = NULL WHERE number = ? AND owner_key = ?"


class Begun(NamedTuple):
    """A run that was taken hold of: what is recorded of it, the seed of its chance, and where it goes on being recorded."""

    events: list[Event]
    seed: str
    journal: Journal


class JournalPen(Pen, Protocol):
    """A pen, as its journal uses it."""

    def note(self, held: Held, statement: Statement | None) -> None:
        """Have a change in the table of runs wait."""
        ...

    def flush(self) -> None:
        """Write all that waits."""
        ...

    def close(self) -> None:
        """Write nothing more."""
        ...


class TableJournal:
    """Keeps the record of runs in the tables of a database.

    Args:
        database: where the tables are.
        pen: writes to it.
        presence: knows who holds a run.
    """

    is_durable = True

    def __init__(self, database: Database, pen: JournalPen, presence: Presence) -> None:
        self.database, self.presence = database, presence
        self._pen = pen
        self._lock = pen.lock
        self._held: dict[str, Held | None] = {}  # `None` while it is being taken
        self._heartbeat = Heartbeat(database, presence, self._numbers)

    @property
    def place(self) -> str:
        """Where it is, for messages; never with a password."""
        return self.database.place

    @property
    def is_here(self) -> bool:
        """Whether it was opened in this process, and not in one that this one was forked from."""
        return self.database.is_here

    def begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run, new or recorded, and return what is recorded of it.

        Args:
            resume: go on with the run if there is a record of it.
            origin: JSON, for whoever began it.

        Raises:
            RunExists: there is a record, and it is not to be gone on with.
            RunInUse: another process, or another task here, is at it.
        """
        check_is_here(self.database)
        with self._lock:
            if run_id in self._held:
                raise RunInUse(
                    f"The run {run_id!r} is in use by this very process. Wait for it, or take another run_id."
                )
            self._held[run_id] = None
        try:
            if resume:
                self._pen.flush()  # something of it may wait here still
            held, begun = self._take(run_id, resume=resume, origin=origin)
        except BaseException:
            with self._lock:
                del self._held[run_id]
            raise
        with self._lock:
            self._held[run_id] = held
        self._heartbeat.start()
        return begun

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run: `begin`, for use on a loop."""
        return self.begin(run_id, resume=resume, origin=origin)

    def append(self, event: Event) -> None:
        """Add an event to the record of its run, which is begun if it is new; see `Held.append`."""
        held = self._held.get(event.run_id)
        (self.begin(event.run_id).journal if held is None else held).append(event)

    async def commit(self) -> None:
        """Return once all that was appended would survive a crash."""
        with self._lock:
            runs = [held for held in self._held.values() if held is not None]
        for held in runs:
            await self._pen.settle(held)

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            JournalFailed: it could not be written; it waits on.
        """
        self._pen.flush()

    def transact(self, work: Callable[[], T], run_id: str | None = None) -> T:
        """Do something to the tables, all of it or nothing; with a run, nobody else writes to it meanwhile.

        Raises:
            JournalFailed: it could not be done, and nothing was.
        """
        self._pen.flush()
        return self.database.transact(work, run_id)

    def end(self, run_id: str) -> None:
        """Let go of a run."""
        if self._leave(run_id) is not None:
            self._pen.flush()

    async def a_end(self, run_id: str) -> None:
        """Let go of a run: `end`, for use on a loop."""
        held = self._leave(run_id)
        if held is not None:
            await self._pen.settle(held)

    def close(self) -> None:
        """Let go of all runs and of the place; what another process has opened is left to it."""
        if not self.is_here:
            return
        try:
            for run_id in list(self._held):
                self._leave(run_id)
            self._pen.flush()
        finally:
            self._heartbeat.stop()
            self._pen.close()
            self.database.close()

    def events(self, run_id: str) -> list[Event]:
        """Return the record of a run, oldest first.

        Raises:
            UnknownRun: there is none.
            JournalDamaged: it cannot be read to its end; the error's `events` are those that could be.
        """
        with suppress(JournalFailed):  # what is there can be read, also where nothing can be added
            self._pen.flush()
        return self.read(run_id)

    async def a_read(self, run_id: str) -> tuple[list[Event], str]:
        """Return the record of a run and the seed of its chance, for use on a loop."""
        return self.events(run_id), self.seed_of(run_id)

    def read(self, run_id: str) -> list[Event]:
        """Return what is in the tables of a run; see `events`."""
        return read_run(self.database, run_id)

    def seed_of(self, run_id: str) -> str:
        """Return the seed of a run's chance."""
        found = self.database.execute("SELECT seed FROM runs WHERE id = ?", (run_id,))
        return found[0][0] if found else run_id

    def __reduce__(self) -> Never:
        raise TypeError(
            "A journal holds an open connection and cannot be copied to another process: give its path or URL, and open it there."
        )

    def _take(self, run_id: str, *, resume: bool, origin: str | None) -> tuple[Held, Begun]:
        def take() -> tuple[Held, Begun]:
            found = self.database.execute(
                "SELECT number, seed, fence, owner, owner_key, owner_since, heartbeat FROM runs WHERE id = ?", (run_id,)
            )
            if not found:
                return self._take_new(run_id, origin)
            if not resume:
                raise RunExists(
                    f"{self.place} holds a run {run_id!r} already. Go on with it (resume=True), or take another run_id."
                )
            self._check_is_free(run_id, *found[0][3:])
            return self._take_over(run_id, *found[0][:3])

        try:
            return self.database.transact(take, run_id)
        except Taken:  # another process has begun it at this very moment
            return self.database.transact(take, run_id)

    def _take_new(self, run_id: str, origin: str | None) -> tuple[Held, Begun]:
        me, now = self.presence.owner, self.presence.clock()
        ((number,),) = self.database.execute(
            "INSERT INTO runs (id, began, seed, origin, fence, owner, owner_key, owner_since, heartbeat)"
            " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?) RETURNING number",
            (run_id, now, run_id, origin, me.name, me.key, now, now),
        )
        held = self._hold(run_id, number, 1, 0)
        return held, Begun([], run_id, held)

    def _check_is_free(
        self, run_id: str, owner: str | None, key: str | None, since: float, heartbeat: float | None
    ) -> None:
        if key is None or key == self.presence.owner.key:  # ours: it was let go of when nothing could be written
            return
        if self.presence.living()(key, heartbeat):
            when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(since))
            raise RunInUse(f"The run {run_id!r} is in use by {owner} since {when}. Wait for it, or end that process.")

    def _take_over(self, run_id: str, number: int, seed: str, before: int) -> tuple[Held, Begun]:
        """Enter this journal as the run's owner; an earlier owner's next record fails, since its position is taken."""
        me, now, fence = self.presence.owner, self.presence.clock(), before + 1
        self.database.execute(
            "UPDATE runs SET fence = ?, owner = ?, owner_key = ?, owner_since = ?, heartbeat = ?, ended = NULL, reason = NULL,"
            " detail = NULL WHERE number = ?",
            (fence, me.name, me.key, now, now, number),
        )
        events = self.read(run_id)
        held = self._hold(run_id, number, fence, len(events))
        for event in events:
            held.summary.count(event)
        resumed = RunResumed("", run_id, 0, 0, now, me.name, fence, held.summary.messages)
        self.database.insert([(number, *held.writer.row(resumed))])
        events.append(resumed)
        return held, Begun(events, seed, held)

    def _hold(self, run_id: str, number: int, fence: int, position: int) -> Held:
        return Held(run_id, number, fence, position, self._pen, self.place)

    def _leave(self, run_id: str) -> Held | None:
        with self._lock:
            held = self._held.pop(run_id, None)
        if held is not None and held.trouble is None:
            self._pen.note(held, held.summary.settle())
            self._pen.note(held, (_RELEASE, (held.number, self.presence.owner.key)))
        return held

    def _numbers(self) -> list[int]:
        with self._lock:
            return [held.number for held in self._held.values() if held is not None]
