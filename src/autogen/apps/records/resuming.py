"""`autogen resume` and `autogen rerun`: a program is run again, under the name of its run, or after an edit as another."""

from __future__ import annotations

import runpy
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.apps.chat import ChatRequest, hold_chat
from autogen.apps.records.keeping import Record
from autogen.apps.records.telling import told_events
from autogen.chats.resume import rerun as done_again
from autogen.chats.running import run_settings
from autogen.events import MessageSent
from autogen.models.config import check_llm_config, entry_of_name
from autogen.models.environment import config_from_environment
from autogen.observers.terminal_human import ConsoleHuman
from autogen.stores.sharing import journal_at
from autogen.stores.shelf import fork, list_runs, origin_of

if TYPE_CHECKING:
    from autogen.chats.again.rerun import Rerun
    from autogen.core.record.past import Doubt
    from autogen.stores.tables.journal import TableJournal

_OVER_BY_PERSON = frozenset({"exit", "terminated"})
_GOES_ON = frozenset({
    "cancelled", "failed", "interrupted", "limit", "no_human", "ready", "running", "stopped", "waiting"
})  # fmt: skip


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


def resume_chat(journal: str, run_id: str, in_doubt: Doubt) -> None:
    """Go on with a chat that `autogen chat` began; one that its person has ended goes on as another run.

    Raises:
        UnknownRun: there is no such run.
        ValueError: it was not begun by that command.
        AutogenError: it failed.
    """
    with journal_at(journal) as opened:
        origin = origin_of(opened, run_id)
        if origin.get("command") != "chat":
            raise ValueError(
                f"The run {run_id!r} was not begun by 'autogen chat'. Name its program: autogen resume {run_id} PROGRAM"
            )
        run = next(each for each in list_runs(opened) if each.id == run_id)
        if run.state not in _GOES_ON:
            if run.state not in _OVER_BY_PERSON or origin["human"] == "NEVER":
                sys.stderr.write(f"The chat {run_id} is over ({run.state}), and there is nothing to go on with.\n")
                return
            into = _free_name(opened, run_id)
            fork(opened, run_id, into, at=run.messages)
            sys.stderr.write(f"The chat {run_id} was over ({run.state}). It goes on as {into}.\n")
            run_id = into
        said = [event for event in opened.events(run_id) if isinstance(event, MessageSent)]
        for line in told_events(said[-1:]):
            sys.stdout.write(f"{line}\n")
    work_dir = Path(origin["work_dir"])
    work_dir.mkdir(parents=True, exist_ok=True)
    model = origin["model"]
    request = ChatRequest(
        origin["task"],
        config_from_environment() if model is None else check_llm_config(entry_of_name(model)) or {},
        origin["human"],
        work_dir,
        origin["max_turns"],
        accept_no_isolation=origin["accept_no_isolation"],
        record=Record(journal, run_id, origin, resume=True, in_doubt=in_doubt),
    )
    hold_chat(request)


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
            into = _free_name(opened, run_id)
    with done_again(journal, run_id, into) as report, run_settings(human=ConsoleHuman()):
        _run(program)
    return report


def _free_name(journal: TableJournal, run_id: str) -> str:
    taken = {run.id for run in list_runs(journal)}
    return next(name for number in count(2) if (name := f"{run_id}-{number}") not in taken)


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
