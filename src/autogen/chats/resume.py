"""Recorded runs, done again: replayed, run again after an edit, forked, compared, searched for what is to blame; and questions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from autogen.chats.again.blame import Culprits, passing
from autogen.chats.again.rerun import Rerun
from autogen.chats.recording import Names, Recording
from autogen.chats.running import run_settings, set_recording
from autogen.stores import inbox, shelf
from autogen.stores.sharing import journal_at

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from autogen.chats.again.blame import Blame
    from autogen.core.record.past import Doubt
    from autogen.events import MessageSent
    from autogen.stores.inbox import Question
    from autogen.stores.shelf import Difference

T = TypeVar("T")


@contextmanager
def replay(journal: str | Path, run_id: str) -> Generator[None]:
    """Answer every step from the record, for the runs that begin in this block; observers are told of everything.

    No model is asked, no tool, no code and no human. Where the program does something else than the record has, or more
    or less of it, the block raises `RecordDiffers`.

    Args:
        journal: the path of the file, or a URL of PostgreSQL.
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
        journal: the path of the file, or a URL of PostgreSQL.
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
        journal: the path of the file, or a URL of PostgreSQL.
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


def blame(
    journal: str | Path,
    run_id: str,
    program: Callable[[], T],
    check: Callable[[T], object],
    *,
    instead: Callable[[MessageSent], str | None] | None = None,
    times: int = 1,
) -> Blame:
    """Find the message that is to blame for a run that fails a check.

    Messages are said otherwise, one at a time, in copies of the run: the program is run again, what was said before is
    answered from the record, and what comes after really happens (models are asked, and tools and code run). The copies
    are removed.

    With `instead`, the words come from a function, and the *earliest* message is found whose replacement mends the run;
    this takes for granted that what mends it there also does at any later message. Without, the models say their messages
    anew, and since then all that follows is new as well, the *latest* message is found for which that helps: from there on
    it was too late. This takes for granted that saying any earlier one anew helps as well. What is found is tried once
    more, and its neighbour too (`is_verified`).

    Args:
        journal: the path of the file, or a URL of PostgreSQL.
        run_id: the run, which has ended.
        program: what was recorded; returns whatever `check` looks at.
        check: tells whether that is right: by its truth, or by an assertion that fails.
        instead: what a message is to say; `None` for one that cannot be said otherwise.
        times: how often each is tried; more often than not decides. Models differ from time to time.

    Raises:
        UnknownRun: it is not recorded.
        RecordDiffers: the program does something else than the record has.
        ValueError: the run passes the check.
    """
    if times < 1:
        raise ValueError(f"times={times}: give a whole number from 1.")
    attempt = passing(program, check)
    with journal_at(journal) as opened:
        with set_recording(Recording(Names(run_id), replayed=opened, instead_of=run_id)):
            if attempt():
                raise ValueError(f"The run {run_id!r} passes the check: there is nothing to blame.")
        return Culprits(opened, run_id, attempt, instead, times).search()


def pending(journal: str | Path, run_id: str | None = None) -> list[Question]:
    """Return the questions and approvals that wait for a human, of one run or of all that nobody is at."""
    with journal_at(journal) as opened:
        return inbox.questions(opened, run_id)


def answer(journal: str | Path, run_id: str, words: str, *, step_id: int | None = None) -> Question:
    """Answer a question that waits; the run that asked goes on with these words when it is resumed.

    Args:
        journal: the path of the file, or a URL of PostgreSQL.
        run_id: the run that asked.
        words: "yes" approves a call; anything else refuses it and says why.
        step_id: which of its questions; the oldest if not given.

    Raises:
        NotAsked: there is no such question, or it was answered already.
        RunInUse: a process is at the run, and asks for itself.
    """
    with journal_at(journal) as opened:
        return inbox.answer(opened, run_id, words, step_id=step_id)
