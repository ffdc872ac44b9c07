"""The pen that never keeps a loop waiting: a thread writes, and all that came meanwhile goes with the next transaction."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import JournalFailed
from autogen.stores.postgres.failures import ConnectionLost
from autogen.stores.tables.pen import WaitingPen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.stores.held import Held, Statement, Written
    from autogen.stores.postgres.database import PostgresDatabase
    from autogen.stores.tables.pen import WaitingNote, WaitingRow

_MOST_WAITING = 20_000  # whoever writes more is made to wait: nothing else would bound the memory


class Waiter(NamedTuple):
    """Who is to be told when something is safe.

    Args:
        ticket: the number of what it waits for.
        loop: where it is to be told.
        tell: told `None`, or why it could not be written.
    """

    ticket: int
    loop: asyncio.AbstractEventLoop
    tell: Callable[[JournalFailed | None], None]


class ThreadPen(WaitingPen):
    """Writes from a thread of its own.

    What was put has a number; `_done` is the last one that is safe. After a failure everything waits on: it is tried again
    when somebody asks for it to be safe, and nothing new is taken until that has worked.

    Args:
        database: where to.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._changed = threading.Condition()
        super().__init__(database, self._changed)
        self._postgres = database
        self._asked = self._done = self._failures = 0
        self._trouble: JournalFailed | None = None
        self._waiters: list[Waiter] = []
        self._is_wanted = self._is_scheduled = self._is_over = False
        self._thread: threading.Thread | None = None

    def put(self, held: Held, written: Written, *, at_once: bool) -> None:
        """Have something written.

        Raises:
            JournalFailed: what came before it cannot be; it was not taken.
        """
        self._check_is_open()
        if self._trouble is not None:
            raise _again(self._trouble)
        if len(self._rows) >= _MOST_WAITING:
            self.flush()
        self._rows.append((held, (held.number, *written.row)))
        if written.note is not None:
            self._notes.append((held, written.note))
        self._asked += 1
        if at_once:
            self._want()
        else:
            self._want_soon()

    def note(self, held: Held, statement: Statement | None) -> None:
        """Have a change in the table of runs written."""
        if statement is not None:
            with self._changed:
                self._notes.append((held, statement))
                self._asked += 1
                self._want()

    async def settle(self, held: Held) -> None:
        """Return once all that was put is safe, and all that was to be done then is done; the loop goes on meanwhile.

        Raises:
            JournalFailed: it could not be written.
        """
        if self._is_told(held):
            return
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def settle(trouble: JournalFailed | None) -> None:
            if future.done():
                return
            if trouble is None:
                future.set_result(None)
            else:
                future.set_exception(_again(trouble))

        self._tell_when_safe(loop, settle)
        await future

    def later(self, held: Held, act: Callable[[], None]) -> bool:
        """Do something when all that was put is safe, in the order of asking; `False` if that is so now, or no loop is here."""
        if self._is_told(held):
            return False
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        held.untold += 1
        context = copy_context()

        def tell(trouble: JournalFailed | None) -> None:
            held.untold -= 1
            if trouble is None:
                context.run(act)

        self._tell_when_safe(loop, tell)
        return True

    def flush(self) -> None:
        """Return once all that was put is safe; for threads that may wait.

        Raises:
            JournalFailed: it could not be written.
        """
        with self._changed:
            ticket, failures = self._asked, self._failures
            if self._done >= ticket:
                return
            self._check_is_open()
            self._want()
            self._changed.wait_for(lambda: self._done >= ticket or self._failures > failures)
            if self._done < ticket:
                assert self._trouble is not None
                raise _again(self._trouble)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _is_told(self, held: Held) -> bool:
        return not held.untold and self._done >= self._asked

    def _tell_when_safe(self, loop: asyncio.AbstractEventLoop, tell: Callable[[JournalFailed | None], None]) -> None:
        with self._changed:
            self._check_is_open()
            if self._done >= self._asked:
                loop.call_soon(tell, None)  # behind those whose turn it is already
            else:
                self._waiters.append(Waiter(self._asked, loop, tell))
                self._want()

    def _check_is_open(self) -> None:
        if self._is_over:
            raise JournalFailed(f"The journal {self._database.place} is closed. Open it anew.")

    def _want(self) -> None:
        """Have the thread write; the lock is held."""
        self._is_wanted = True
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="autogen-journal", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _want_soon(self) -> None:
        """Have the thread write as soon as the loop is free."""
        if self._is_scheduled:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._want()
            return
        self._is_scheduled = True
        loop.call_soon(self._want_scheduled)

    def _want_scheduled(self) -> None:
        with self._changed:
            self._is_scheduled = False
            if self._done < self._asked:
                self._want()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_wanted or self._is_over)
                if self._is_over and not self._is_wanted:
                    return
                self._is_wanted = False
                rows, notes, ticket = self._rows, self._notes, self._asked
                self._rows, self._notes = [], []
            trouble = self._try(rows, notes)
            with self._changed:
                self._trouble = trouble
                if trouble is None:
                    self._done = ticket
                else:
                    self._failures += 1
                    self._rows[:0], self._notes[:0] = rows, notes
                told = [waiter for waiter in self._waiters if waiter.ticket <= ticket]
                self._waiters = self._waiters[len(told) :]
                _tell(told, trouble)
                self._changed.notify_all()

    def _try(self, rows: list[WaitingRow], notes: list[WaitingNote]) -> JournalFailed | None:
        try:
            self._write_patiently(rows, notes)
        except JournalFailed as error:
            return error
        except Exception as error:  # noqa: BLE001 - a thread that ends in silence would keep everybody waiting
            return JournalFailed(f"The journal {self._database.place} cannot be written: {error!r}.")
        return None

    def _write_patiently(self, rows: list[WaitingRow], notes: list[WaitingNote]) -> None:
        """Write it, also over a loss of the connection: nobody knows then what the server did, so it is looked at."""
        until = time.monotonic() + self._postgres.patience_s
        is_known = True
        while True:
            try:
                if is_known and all(held.era == self._postgres.connections for held, _ in rows):
                    self._write(rows, notes)
                else:
                    self._write_apart(rows, notes)
            except ConnectionLost:
                is_known = False
                if time.monotonic() >= until or self._is_over:
                    raise
            else:
                break
        for held, row in rows:
            held.kept, held.era = row[1], self._postgres.connections


def _tell(waiters: Sequence[Waiter], trouble: JournalFailed | None) -> None:
    """Tell those who wait, on the loops where they do, in the order in which they came."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Waiter]] = {}
    for waiter in waiters:
        by_loop.setdefault(waiter.loop, []).append(waiter)
    for loop, some in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_tell_here, some, trouble)


def _tell_here(waiters: Sequence[Waiter], trouble: JournalFailed | None) -> None:
    for waiter in waiters:
        waiter.tell(trouble)


def _again(trouble: JournalFailed) -> JournalFailed:
    """Return the error once more, for another who is told of it."""
    error = type(trouble)(str(trouble))
    error.__cause__ = trouble.__cause__
    return error
