"""`autogen resume` and `autogen rerun`: a program is run again, under the name of its run, or after an edit as another."""

from __future__ import annotations

import runpy
import sys
from itertools import count
from typing import TYPE_CHECKING

from autogen.chats.resume import rerun as done_again
from autogen.chats.running import run_settings
from autogen.observers.terminal_human import ConsoleHuman
from autogen.stores.sharing import journal_at
from autogen.stores.shelf import list_runs

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.chats.again.rerun import Rerun
    from autogen.core.record.past import Doubt


def resume(journal: str, run_id: str, program: Path, in_doubt: Doubt) -> None:
    """Run a program inside the settings that go on with a run; what it sets itself goes before.

    Raises:
        UnknownRun: there is no such run.
        AutogenError: the run failed.
        FileNotFoundError: there is no such program.
    """
    _check(program)
    with journal_at(journal) as opened:
        opened.events(run_id)
        settings = run_settings(
            journal=opened,
            run_id=run_id,
            resume=True,
            in_doubt=in_doubt,
            human=ConsoleHuman() if in_doubt == "ask" else None,
        )
        with settings:
            _run(program)


def rerun(journal: str | Path, run_id: str, program: Path, into: str | None) -> Rerun:
    """Run a program again after an edit, and return the report.

    Args:
        into: the name of the new run; one after the old one's if not given.

    Raises:
        UnknownRun: there is no such run.
        AutogenError: the run failed.
        FileNotFoundError: there is no such program.
    """
    _check(program)
    if into is None:
        with journal_at(journal) as opened:
            taken = {run.id for run in list_runs(opened)}
        into = next(name for number in count(2) if (name := f"{run_id}-{number}") not in taken)
    with done_again(journal, run_id, into) as report, run_settings(human=ConsoleHuman()):
        _run(program)
    return report


def _check(program: Path) -> None:
    if not program.is_file():
        raise FileNotFoundError(
            f"There is no program {str(program)!r}. Name the Python file that held the conversation."
        )


def _run(program: Path) -> None:
    """Run a program as if it had been started by itself."""
    sys.path.insert(0, str(program.parent.resolve()))
    sys.argv = [str(program)]
    runpy.run_path(str(program), run_name="__main__")
