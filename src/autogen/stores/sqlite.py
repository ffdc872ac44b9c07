"""The journal in a file: SQLite in WAL mode, many runs in one file, each written by one process at a time.

What was said and what came back is on disk before anybody is told; the rest follows with it, or within a moment.
Nothing acknowledged is lost when the process is killed; with `durability="power"`, nor when the power fails.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Never, TypeVar

from autogen.errors import JournalDamaged, JournalFailed, LeaseLost, NotStorable, RunExists, RunInUse, UnknownRun
from autogen.events import InputRequested, MessageSent, RunEnded, RunResumed, StepEnded
from autogen.stores.held import Held
from autogen.stores.lease import BEATS_EVERY_S, is_held, this_process
from autogen.stores.rows import Reader, Row
from autogen.stores.schema import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event
    from autogen.stores.held import Statement
    from autogen.stores.schema import Durability

_AT_ONCE = frozenset({MessageSent, StepEnded, InputRequested, RunEnded, RunResumed})
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT = f"INSERT INTO records VALUES {_ROW}"  # noqa: S608 - of constants
_FEW = 4
_INSERTS = [f"INSERT INTO records VALUES {', '.join([_ROW] * count)}" for count in range(_FEW + 1)]  # noqa: S608 - of constants
_ROWS = "SELECT position, type, source, step, parent, time, text, same_as, facts FROM records WHERE run = ? ORDER BY position"

T = TypeVar("T")


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
        self._rows: list[tuple[Any, ...]] = []
        self._notes: list[Statement] = []
        self._is_scheduled = False
        self._process_id = os.getpid()
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
        self._check_process()
        with self._lock:
            if run_id in self._held:
                raise RunInUse(
                    f"The run {run_id!r} is in use by this very process. Wait for it, or take another run_id."
                )
            events = self.events(run_id) if resume and self._knows(run_id) else []
            self._write_pending()
            seed = self._transact(lambda: self._take(run_id, events, resume=resume, origin=origin))
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="autogen-journal", daemon=True)
                self._keeper.start()
        return Begun(events, seed)

    def append(self, event: Event) -> None:
        """Add an event to the record; a message or an outcome is on disk when this returns.

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
            self._rows.append((held.number, *row))
            held.count(event)
            if (note := held.note(event)) is not None:
                self._notes.append(note)
            if type(event) not in _AT_ONCE:
                self._write_soon()
                return
            try:
                self._write_pending()
            except BaseException:
                self._take_back(held, row, has_note=note is not None)
                raise
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
            self._write_pending()

    def end(self, run_id: str) -> None:
        """Let go of a run."""
        with self._lock:
            held = self._held.pop(run_id, None)
            if held is None:
                return
            if (note := held.settle()) is not None:
                self._notes.append(note)
            self._write_pending()
            if not held.is_lost:
                release = "UPDATE runs SET owner = NULL, owner_key = NULL WHERE number = ? AND owner_key = ?"
                self._transact(lambda: self.connection.execute(release, (held.number, this_process().key)))

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
        return self._process_id == os.getpid()

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

    def _knows(self, run_id: str) -> bool:
        return self._number_of(run_id) is not None

    def _number_of(self, run_id: str) -> int | None:
        row = self.connection.execute("SELECT number FROM runs WHERE id = ?", (run_id,)).fetchone()
        return None if row is None else row[0]

    def _take(self, run_id: str, events: list[Event], *, resume: bool, origin: str | None) -> str:
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
            return run_id
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
        held = Held(number, len(events))
        for event in events:
            held.count(event)
        resumed = RunResumed("", run_id, 0, 0, now, me.name, fence + 1, held.messages)
        self.connection.execute(_INSERT, (number, *held.writer.row(resumed)))
        events.append(resumed)
        self._held[run_id] = held
        return seed

    def _transact(self, work: Callable[[], T]) -> T:
        self._check_process()
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            done = work()
            self.connection.execute("COMMIT")
        except BaseException as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.IntegrityError):
                raise
            if isinstance(error, sqlite3.Error):
                raise JournalFailed(f"The journal {self.path} cannot be written: {error}. {_cure(error)}") from error
            if isinstance(error, UnicodeEncodeError):
                raise NotStorable(f"A name holds a lone surrogate, which no text can: {error.object!r}.") from error
            raise
        return done

    def _write_pending(self) -> None:
        rows, notes = self._rows, self._notes
        if not rows and not notes:
            return
        try:
            if len(rows) <= _FEW and not notes:
                self._insert_at_once(rows)
            else:
                self._transact(lambda: self._write(rows, notes))
        except sqlite3.IntegrityError:
            self._drop_lost_rows()
        else:
            self._rows, self._notes = [], []

    def _insert_at_once(self, rows: list[tuple[Any, ...]]) -> None:
        """Write a few rows by one statement, which is a transaction by itself: half the price."""
        try:
            self._check_process()
            self.connection.execute(_INSERTS[len(rows)], sum(rows, ()))
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, UnicodeEncodeError):
            self._transact(lambda: self._write(rows, []))  # tells the error, if it is there again

    def _write(self, rows: list[tuple[Any, ...]], notes: list[Statement]) -> None:
        self.connection.executemany(_INSERT, rows)
        for statement, values in notes:
            self.connection.execute(statement, values)

    def _drop_lost_rows(self) -> None:
        """Write run by run; a run whose next position is taken has another owner, and what waits of it is dropped."""
        rows, notes = self._rows, self._notes
        self._rows, self._notes = [], []
        for held in self._held.values():
            own = [row for row in rows if row[0] == held.number]
            own_notes = [note for note in notes if note[1][-1] == held.number]
            try:
                self._transact(partial(self._write, own, own_notes))
            except sqlite3.IntegrityError:
                held.is_lost = True

    def _take_back(self, held: Held, row: Row, *, has_note: bool) -> None:
        """Forget the newest row, which nobody was told of; what waited before it waits on."""
        if self._rows and self._rows[-1][:2] == (held.number, row.position):
            self._rows.pop()
            held.writer.take_back(row)
            if has_note:
                self._notes.pop()

    def _write_soon(self) -> None:
        if self._is_scheduled:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._write_pending()
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
            self._transact(
                lambda: self.connection.executemany(
                    "UPDATE runs SET heartbeat = ? WHERE number = ? AND owner_key = ?", beats
                )
            )
        except JournalFailed:
            return  # the next record tells whoever is concerned

    def _check_process(self) -> None:
        if not self.is_here:
            raise JournalFailed(
                f"The journal {self.path} was opened in another process and forked: open it anew in this one, by its path."
            )

    def _raise_lost(self, run_id: str) -> Never:
        raise LeaseLost(
            f"Another process has taken over the run {run_id!r} in {self.path}; this one must not go on with it."
        )


def _cure(error: sqlite3.Error) -> str:
    words = str(error)
    if "full" in words:
        return "Make room on the disk, and go on with the run (resume=True)."
    if "locked" in words:
        return "Another program holds the file; end it, and go on with the run (resume=True)."
    return "Nothing of this record was kept; what was recorded before it is there."
