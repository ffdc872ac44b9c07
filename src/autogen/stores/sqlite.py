"""The journal in a file: SQLite in WAL mode, many runs in one file, each written by one process at a time.

What is said is on disk when `append` returns, and what came back when `commit` does, before anybody is told (`core/step.py`);
the rest follows with it, or within a moment.
Nothing acknowledged is lost when the process is killed; with `durability="power"`, nor when the power fails.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Never

from autogen.errors import JournalDamaged, JournalFailed, LeaseLost, RunExists, RunInUse, UnknownRun
from autogen.events import InputRequested, MessageSent, RunEnded, RunResumed
from autogen.stores.held import Held
from autogen.stores.lease import BEATS_EVERY_S, is_held, this_process
from autogen.stores.pen import INSERT, Pen
from autogen.stores.rows import Reader, Row
from autogen.stores.schema import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event
    from autogen.stores.schema import Durability

_AT_ONCE = frozenset({MessageSent, InputRequested, RunEnded, RunResumed})
_ROWS = "SELECT position, type, source, step, parent, time, text, same_as, facts FROM records WHERE run = ? ORDER BY position"


class Begun(NamedTuple):
    """A run that was taken hold of: what is recorded of it, and the seed of its chance."""

    events: list[Event]
    seed: str


class SQLiteJournal:
    """Keeps the record of runs in a file.

    Args:
        path: of the file; it is made if there is none.
        durability: what nothing is lost by: "process" (kill -9) or "power" (a power cut; some 3 ms for each record).

    Attributes:
        connection: the open file, for questions in SQL.

    Raises:
        JournalUnusable: the file cannot be used; the message names the cure.
    """

    is_durable = True

    def __init__(self, path: str | Path, *, durability: Durability = "process") -> None:
        self.path = Path(path).absolute()
        self.durability = durability
        self.connection = connect(self.path, durability)
        self._lock = threading.RLock()
        self._held: dict[str, Held] = {}
        self._pen = Pen(self.path, self.connection)
        self._is_scheduled = False
        self._keeper: threading.Thread | None = None
        self._is_over = threading.Event()

    def begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run, new or recorded, and return what is recorded of it.

        Args:
            resume: go on with the run if there is a record of it.
            origin: JSON, for whoever began it.

        Raises:
            RunExists: there is a record, and it is not to be gone on with.
            RunInUse: another process, or another task here, is at it.
        """
        with self._lock:
            if run_id in self._held:
                raise RunInUse(
                    f"The run {run_id!r} is in use by this very process. Wait for it, or take another run_id."
                )
            self._write()
            begun = self._pen.transact(lambda: self._take(run_id, resume=resume, origin=origin))
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="autogen-journal", daemon=True)
                self._keeper.start()
        return begun

    def append(self, event: Event) -> None:
        """Add an event to the record; a message is on disk when this returns.

        Raises:
            NotStorable: it holds something that is not JSON; nothing was added.
            JournalFailed: it could not be written; nothing was added.
            LeaseLost: another process has taken the run over.
        """
        with self._lock:
            held = self._held.get(event.run_id)
            if held is None:
                self.begin(event.run_id)
                held = self._held[event.run_id]
            if held.is_lost:
                self._raise_lost(event.run_id)
            row = held.writer.row(event)
            note = held.note(event)
            self._pen.add(held, row, note)
            if type(event) not in _AT_ONCE:
                held.count(event)
                self._write_soon()
                return
            try:
                self._write()
            except BaseException:
                if self._pen.take_back(has_note=note is not None):
                    held.writer.take_back(row)
                raise
            held.count(event)
            if held.is_lost:
                self._raise_lost(event.run_id)

    async def commit(self) -> None:
        """Return once all that was appended is on disk."""
        self.flush()

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            JournalFailed: it could not be written; it waits on.
        """
        with self._lock:
            self._is_scheduled = False
            self._write()

    def transact(self, work: Callable[[], object]) -> None:
        """Do something to the file, all of it or nothing.

        Raises:
            JournalFailed: it could not be done, and nothing was.
        """
        with self._lock:
            self._write()
            self._pen.transact(work)

    def end(self, run_id: str) -> None:
        """Let go of a run."""
        with self._lock:
            held = self._held.pop(run_id, None)
            if held is None:
                return
            self._pen.note(held.settle())
            self._pen.write([held, *self._held.values()])
            if not held.is_lost:
                release = "UPDATE runs SET owner = NULL, owner_key = NULL WHERE number = ? AND owner_key = ?"
                self._pen.transact(lambda: self.connection.execute(release, (held.number, this_process().key)))

    def close(self) -> None:
        """Let go of all runs and of the file."""
        with self._lock:
            if self.is_here:
                for run_id in list(self._held):
                    self.end(run_id)
            self._is_over.set()
            self.connection.close()

    @property
    def is_here(self) -> bool:
        """Whether it was opened in this process, and not in one that this one was forked from."""
        return self._pen.is_here

    def events(self, run_id: str) -> list[Event]:
        """Return the record of a run, oldest first.

        Raises:
            UnknownRun: there is none.
            JournalDamaged: it cannot be read to its end; the error's `events` are those that could be.
        """
        with self._lock:
            number = self._number_of(run_id)
            if number is None:
                raise UnknownRun(
                    f"There is no run {run_id!r} in {self.path}. 'autogen journal ls' lists those there are."
                )
            read: list[Event] = []
            try:
                self._read(Reader(run_id), number, read)
            except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
                raise JournalDamaged(
                    f"The record of {run_id!r} in {self.path} is damaged after position {len(read)}: {error}. "
                    "'autogen journal export' writes out what can be read.",
                    read,
                ) from error
            return read

    def _read(self, reader: Reader, number: int, into: list[Event]) -> None:
        for values in self.connection.execute(_ROWS, (number,)):
            row = Row(*values)
            if row.position != len(into) + 1:
                raise ValueError(f"position {row.position} follows {len(into)}")
            into.append(reader.event(row))

    def seed_of(self, run_id: str) -> str:
        """Return the seed of a run's chance."""
        row = self.connection.execute("SELECT seed FROM runs WHERE id = ?", (run_id,)).fetchone()
        return run_id if row is None else row[0]

    def __reduce__(self) -> Never:
        raise TypeError("A journal holds an open file and cannot be copied to another process: give its path.")

    def _number_of(self, run_id: str) -> int | None:
        row = self.connection.execute("SELECT number FROM runs WHERE id = ?", (run_id,)).fetchone()
        return None if row is None else row[0]

    def _write(self) -> None:
        self._pen.write(self._held.values())

    def _take(self, run_id: str, *, resume: bool, origin: str | None) -> Begun:
        """Enter this process as the run's owner; a later append of an earlier owner fails, since the position is taken."""
        found = self.connection.execute(
            "SELECT number, seed, fence, owner, owner_key, owner_since, heartbeat FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        me, now = this_process(), time.time()
        if found is None:
            number = self.connection.execute(
                "INSERT INTO runs (id, began, seed, origin, fence, owner, owner_key, owner_since, heartbeat)"
                " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)",
                (run_id, now, run_id, origin, me.name, me.key, now, now),
            ).lastrowid
            assert number is not None
            self._held[run_id] = Held(number, 0)
            return Begun([], run_id)
        number, seed, fence, owner, owner_key, since, heartbeat = found
        if not resume:
            raise RunExists(
                f"{self.path} holds a run {run_id!r} already. Go on with it (resume=True), or take another run_id."
            )
        if owner_key is not None and is_held(owner_key, heartbeat):
            when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(since))
            raise RunInUse(f"The run {run_id!r} is in use by {owner} since {when}. Wait for it, or end that process.")
        self.connection.execute(
            "UPDATE runs SET fence = ?, owner = ?, owner_key = ?, owner_since = ?, heartbeat = ?, ended = NULL, reason = NULL,"
            " detail = NULL WHERE number = ?",
            (fence + 1, me.name, me.key, now, now, number),
        )
        events = self.events(run_id)
        held = Held(number, len(events))
        for event in events:
            held.count(event)
        resumed = RunResumed("", run_id, 0, 0, now, me.name, fence + 1, held.messages)
        self.connection.execute(INSERT, (number, *held.writer.row(resumed)))
        events.append(resumed)
        self._held[run_id] = held
        return Begun(events, seed)

    def _write_soon(self) -> None:
        if self._is_scheduled:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._write()
            return
        self._is_scheduled = True
        loop.call_soon(self._flush_scheduled)

    def _flush_scheduled(self) -> None:
        try:
            self.flush()
        except (JournalFailed, sqlite3.ProgrammingError):
            return  # it waits on: the next outcome or message tells whoever is concerned

    def _keep(self) -> None:
        """Tell others, from time to time, that this process lives."""
        while not self._is_over.wait(BEATS_EVERY_S):
            with self._lock:
                if not self._held or self._is_over.is_set():
                    self._keeper = None
                    return
                self._beat()
        with self._lock:
            self._keeper = None

    def _beat(self) -> None:
        key, now = this_process().key, time.time()
        beats = [(now, held.number, key) for held in self._held.values()]
        try:
            self._pen.transact(
                lambda: self.connection.executemany(
                    "UPDATE runs SET heartbeat = ? WHERE number = ? AND owner_key = ?", beats
                )
            )
        except JournalFailed:
            return  # the next record tells whoever is concerned

    def _raise_lost(self, run_id: str) -> Never:
        raise LeaseLost(
            f"Another process has taken over the run {run_id!r} in {self.path}; this one must not go on with it."
        )
