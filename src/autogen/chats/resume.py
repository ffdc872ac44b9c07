"""Recorded runs, done again: `replay` without a model, `fork` into another run, `diff` of two; and open questions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.chats.recording import Names, Recording
from autogen.chats.running import set_recording
from autogen.stores import inbox, shelf
from autogen.stores.sharing import journal_at

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from autogen.stores.inbox import Question
    from autogen.stores.shelf import Difference


@contextmanager
def replay(journal: str | Path, run_id: str) -> Generator[None]:
    """Answer every step from the record, for the runs that begin in this block; observers are told of everything.

    No model is asked, no tool, no code and no human. Where the program does something else than the record has, or more
    or less of it, the block raises `RecordDiffers`.

    Args:
        journal: the path of the file.
        run_id: the name of the first run of the block; those after it are `run_id.2`, `run_id.3`, …

    Raises:
        UnknownRun: it is not recorded.
        RecordDiffers: the program has changed.
    """
    with journal_at(journal) as opened, set_recording(Recording(Names(run_id), replayed=opened)):
        yield


def fork(journal: str | Path, run_id: str, into: str, *, at: int | None = None, say: str | None = None) -> None:
    """Copy the beginning of a run as another run; go on with it by `run_settings(run_id=into, resume=True)`.

    Args:
        journal: the path of the file.
        run_id: the run that is copied.
        into: the name of the new one.
        at: so many messages are kept; all if not given.
        say: the last of them says this instead.

    Raises:
        UnknownRun, RunExists: a name that is not there, or there already.
        ValueError: there is no such message, or the program itself gave it.
    """
    with journal_at(journal) as opened:
        shelf.fork(opened, run_id, into, at=at, say=say)


def diff(journal: str | Path, first: str, second: str) -> Difference | None:
    """Return where two runs part; `None` if they say the same."""
    with journal_at(journal) as opened:
        return shelf.diff(opened, first, second)


def pending(journal: str | Path, run_id: str | None = None) -> list[Question]:
    """Return the questions and approvals that wait for a human, of one run or of all that nobody is at."""
    with journal_at(journal) as opened:
        return inbox.questions(opened, run_id)


def answer(journal: str | Path, run_id: str, words: str, *, step_id: int | None = None) -> Question:
    """Answer a question that waits; the run that asked goes on with these words when it is resumed.

    Args:
        journal: the path of the file.
        run_id: the run that asked.
        words: "yes" approves a call; anything else refuses it and says why.
        step_id: which of its questions; the oldest if not given.

    Raises:
        NotAsked: there is no such question, or it was answered already.
        RunInUse: a process is at the run, and asks for itself.
    """
    with journal_at(journal) as opened:
        return inbox.answer(opened, run_id, words, step_id=step_id)
