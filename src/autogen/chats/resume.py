"""Recorded runs, done again: `replay` without a model, `rerun` after an edit, `fork` into another run, `diff` of two; and open questions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.chats.recording import Names, Recording
from autogen.chats.rerunning import Rerun
from autogen.chats.running import run_settings, set_recording
from autogen.stores import inbox, shelf
from autogen.stores.sharing import journal_at

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from autogen.core.record.past import Doubt
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
    with journal_at(journal) as opened:
        recording = Recording(Names(run_id), replayed=opened, instead_of=run_id)
        with set_recording(recording):
            yield


@contextmanager
def rerun(journal: str | Path, run_id: str, into: str, *, in_doubt: Doubt = "stop") -> Generator[Rerun]:
    """Run a program again after an edit, as another run: only the steps that the edit concerns are done anew.

    A step (a question to a model, a call of a tool, a run of code, a question to a human) whose inputs are as they were is
    answered from the record, also if it must not happen twice. The new run is whole by itself: it can be replayed, gone
    on with and run again. If it is interrupted, the same call goes on with it.

    Args:
        journal: the path of the file.
        run_id: the run that is done again; those after it are `run_id.2`, … A program that names this run itself, by
            `run_settings(run_id=…)`, need not be changed.
        into: the name of the new one.
        in_doubt: what becomes of a step that was begun in the old run, must not happen twice, and has no known outcome.

    Yields:
        The report, which tells after the block which steps were paid for, and why.

    Raises:
        UnknownRun: it is not recorded.
        RunExists: there is another run of the new name.
    """
    with journal_at(journal) as opened:
        opened.events(run_id)
        report = Rerun(opened, run_id)
        recording = Recording(Names(into), resume=True, in_doubt=in_doubt, instead_of=run_id, done_again=report.begin)
        with run_settings(journal=opened), set_recording(recording):
            try:
                yield report
            finally:
                report.close()


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
