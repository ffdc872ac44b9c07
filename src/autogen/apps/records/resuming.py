"""`autogen resume`: the program is run again, under the name of its run."""

from __future__ import annotations

import runpy
import sys
from typing import TYPE_CHECKING

from autogen.chats.running import run_settings
from autogen.observers.terminal_human import ConsoleHuman
from autogen.stores.sharing import journal_at

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.core.record.past import Doubt


def resume(journal: Path, run_id: str, program: Path, in_doubt: Doubt) -> None:
    """Run a program inside the settings that go on with a run; what it sets itself goes before.

    Raises:
        UnknownRun: there is no such run.
        AutogenError: the run failed.
        FileNotFoundError: there is no such program.
    """
    if not program.is_file():
        raise FileNotFoundError(
            f"There is no program {str(program)!r}. Name the Python file that held the conversation."
        )
    with journal_at(journal) as opened:
        opened.events(run_id)
        settings = run_settings(
            journal=opened,
            run_id=run_id,
            resume=True,
            in_doubt=in_doubt,
            human=ConsoleHuman() if in_doubt == "ask" else None,
        )
        sys.path.insert(0, str(program.parent.resolve()))  # as if it were run itself
        sys.argv = [str(program)]
        with settings:
            runpy.run_path(str(program), run_name="__main__")
