"""Where the command line records what it does, and what becomes of that where it cannot."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.chats.running import run_settings
from autogen.errors import AutogenError, JournalError
from autogen.observers.safe_text import safe_text
from autogen.observers.terminal_human import ConsoleHuman
from autogen.stores.sharing import journal_at

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from contextlib import AbstractContextManager

    from autogen.core.record.past import Doubt
    from autogen.core.run import Journal
    from autogen.events import Event

_PASSWORD = re.compile(r"(?<=://)(?P<user>[^/@:]*):[^@]*(?=@)")


def default_place() -> str:
    """Return the path of the journal of whoever types the command: in the folder for the state of programs.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/ (2026-11).
    """
    given = Path(os.environ.get("XDG_STATE_HOME", ""))
    folder = given if given.is_absolute() else Path.home() / ".local" / "state"
    return str(folder / "autogen" / "journal.db")


@dataclass(frozen=True, slots=True)
class Record:
    """How a chat is recorded.

    Args:
        place: path or URL of the journal.
        run_id: its name there.
        origin: what was typed, as JSON values, so that it can be gone on with.
        is_named: somebody has named the place, so that it is an error if it cannot be used.
        resume: go on with what is recorded.
        in_doubt: as in `run_settings`.
    """

    place: str
    run_id: str
    origin: dict[str, Any]
    is_named: bool = True
    resume: bool = False
    in_doubt: Doubt = "ask"


@contextmanager
def recorded(record: Record | None) -> Generator[None]:
    """Record the chat of this block; where that is not possible, say so once, and let it go on.

    Raises:
        JournalError: the journal that was named cannot be used, or the run not be gone on with.
    """
    with ExitStack() as stack:
        journal = None if record is None else _opened(record, stack)
        if record is None or journal is None:
            yield
            return
        settings = run_settings(
            journal=journal,
            run_id=record.run_id,
            resume=record.resume,
            in_doubt=record.in_doubt,
            origin=json.dumps(record.origin, ensure_ascii=False),
            human=ConsoleHuman() if record.in_doubt == "ask" else None,
        )
        stack.enter_context(settings)
        try:
            yield
        except (KeyboardInterrupt, AutogenError):
            if journal.is_kept:
                sys.stderr.write(
                    f"\nIt is recorded. Go on with it: autogen resume {record.run_id}{told_place(record)}\n"
                )
            raise


def told_place(record: Record) -> str:
    """Return the option that names the journal, where it is needed; without a password."""
    if not record.is_named or record.place == os.environ.get("AUTOGEN_JOURNAL"):
        return ""
    shown = _PASSWORD.sub(r"\g<user>", record.place)
    return f" --journal {quote(shown)}"


def _opened(record: Record, stack: ExitStack) -> ForgivingJournal | None:
    opening = journal_at(record.place)
    try:
        if not record.is_named:
            Path(record.place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = ForgivingJournal(opening.__enter__())
    except (JournalError, OSError) as error:
        if record.is_named:
            raise
        _warn(error)
        return None
    stack.callback(journal.close, opening)
    return journal


class KeptRun(NamedTuple):
    """A run that was taken hold of: what is recorded of it, the seed of its chance, and where it goes on."""

    events: Sequence[Event]
    seed: str
    journal: Journal


class ForgivingJournal:
    """Keeps a record as long as that is possible; when it is not, says so once, and keeps no more of it.

    Args:
        journal: where it is kept.
    """

    is_durable = True

    def __init__(self, journal: Any) -> None:
        self._journal = journal
        self._has_failed = False
        self._has_begun = False

    @property
    def is_kept(self) -> bool:
        """Whether a run has begun, and all of it was recorded."""
        return self._has_begun and not self._has_failed

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> KeptRun:
        """Take hold of a run.

        Raises:
            JournalError: it cannot be gone on with.
        """
        try:
            begun = await self._journal.a_begin(run_id, resume=resume, origin=origin)
        except JournalError as error:
            if resume:
                raise
            self._give_up(error)
            return KeptRun((), run_id, self)
        self._has_begun = True
        self._journal, self._store = begun.journal, self._journal
        return KeptRun(begun.events, begun.seed, self)

    async def a_end(self, run_id: str) -> None:
        """Let go of a run."""
        if not self._has_begun:
            return
        try:
            await self._store.a_end(run_id)
        except JournalError as error:
            self._give_up(error)

    def append(self, event: Event, /) -> None:
        """Add an event to the record, in order."""
        if self._has_failed:
            return
        try:
            self._journal.append(event)
        except JournalError as error:
            self._give_up(error)

    async def commit(self) -> None:
        """Return once all that was appended would survive a crash, or cannot."""
        if self._has_failed:
            return
        try:
            await self._journal.commit()
        except JournalError as error:
            self._give_up(error)

    def close(self, opening: AbstractContextManager[object]) -> None:
        """Close what was opened for it."""
        try:
            opening.__exit__(None, None, None)
        except JournalError as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            _warn(error)


def _warn(error: Exception) -> None:
    sys.stderr.write(f"[warning] This chat is not recorded from here on, and goes on: {safe_text(str(error))}\n")
