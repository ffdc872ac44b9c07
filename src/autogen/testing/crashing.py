"""The crash-anywhere certificate: a program is killed at every position of its journal, and goes on as if nothing had been.

The program runs in processes of its own, which are killed for good (SIGKILL); nothing is simulated.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.core.record.past import Doubt
    from autogen.core.run import Journal

_TIME_LIMIT_S = 300


class StageSettings(TypedDict):
    """What `run_settings` is to be given."""

    journal: Journal
    run_id: str
    resume: bool
    in_doubt: Doubt


@dataclass(frozen=True, slots=True)
class Stage:
    """What a program that is to be certified is given.

    Args:
        journal: where its runs are recorded.
        folder: for its files; the same after a crash.
        in_doubt: as in `run_settings`.
    """

    journal: Journal
    folder: Path
    in_doubt: Doubt = "stop"

    @property
    def settings(self) -> StageSettings:
        """Arguments for `run_settings`."""
        return {"journal": self.journal, "run_id": "certified", "resume": True, "in_doubt": self.in_doubt}

    @property
    def ledger(self) -> Path:
        """The file in which side effects are noted, one a line."""
        return self.folder / "ledger.txt"

    def effect(self, words: str) -> None:
        """Have a side effect that can be counted."""
        with self.ledger.open("a", encoding="utf-8") as file:
            file.write(words.replace("\n", " ") + "\n")


class Kill(NamedTuple):
    """Where a program was killed: before or after a record, given as its number and the event's name."""

    when: str
    position: int
    event: str

    def __str__(self) -> str:
        return f"killed {self.when} record {self.position} ({self.event})"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified.

    Args:
        transcript: what the program returned, whole and after each crash.
        effects: its side effects, in order; each happened once after each crash that left nothing in doubt.
        kills: how often it was killed.
        in_doubt: the crashes after which it asked what became of a step, and did nothing; with the step.
    """

    transcript: Any
    effects: list[str]
    kills: int
    in_doubt: list[tuple[Kill, str]]


class NotCertified(AssertionError):
    """A crash made a difference."""


def crash_anywhere(program: Callable[[Stage], Any]) -> Certificate:
    """Kill a program at every position of its journal, start it again, and certify that it made no difference.

    Args:
        program: a function at the top of a module; it holds its conversations inside `run_settings(**stage.settings)`
            and returns a transcript as JSON-able data. Its models and humans must answer by rule: what was answered
            before a crash is not asked again.

    Raises:
        NotCertified: another transcript, or a side effect that happened twice, or not at all.
        ValueError: the program cannot be found by another process.
    """
    source = inspect.getsourcefile(program)
    if source is None or "<" in program.__qualname__ or "." in program.__qualname__:
        raise ValueError(f"{program!r} must be a function at the top of a module, so that another process finds it.")
    with tempfile.TemporaryDirectory(prefix="autogen-crash-") as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, "-m", "autogen.testing.crash_trials", source, program.__name__, folder, str(told)]
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIME_LIMIT_S,
        )
        if done.returncode or not told.exists():
            raise NotCertified(f"The program failed before it was ever killed:\n{done.stderr[-4000:]}")
        report = json.loads(told.read_text(encoding="utf-8"))
    if report["failures"]:
        shown = "\n".join(report["failures"][:10])
        raise NotCertified(f"{len(report['failures'])} of {report['kills']} crashes made a difference:\n{shown}")
    doubts = [(Kill(*kill), words) for kill, words in report["in_doubt"]]
    return Certificate(report["transcript"], report["effects"], report["kills"], doubts)
