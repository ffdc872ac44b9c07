"""The process that kills: it loads a program once, and forks a child for each life of it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import InDoubt
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing.crashing import Kill, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.core.run import Journal
    from autogen.events import Event
    from autogen.stores.tables.journal import Begun


class DeadlyJournal(SQLiteJournal):
    """A journal that ends the process at one of its records.

    Args:
        path: of the file.
        when: before or after the record; "never" only counts.
        position: its number.
    """

    def __init__(self, path: Path, when: str, position: int) -> None:
        super().__init__(path)
        self._when, self._position, self.written = when, position, list[str]()

    def begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run, whose records are written here."""
        begun = super().begin(run_id, resume=resume, origin=origin)
        return begun._replace(journal=_DeadlyRecord(self, begun.journal))

    def write(self, event: Event, journal: Journal) -> None:
        """Write the record, and die where it was said."""
        is_here = len(self.written) + 1 == self._position
        if is_here and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        journal.append(event)
        self.written.append(type(event).__name__)
        if is_here and self._when == "after":
            self.flush()
            os.kill(os.getpid(), signal.SIGKILL)


class _DeadlyRecord:
    """The journal of one of its runs."""

    is_durable = True

    def __init__(self, deadly: DeadlyJournal, journal: Journal) -> None:
        self._deadly, self._journal = deadly, journal
        self.commit = journal.commit

    def append(self, event: Event, /) -> None:
        """Write the record, or die."""
        self._deadly.write(event, self._journal)


class Life(dict[str, Any]):
    """What a life of the program told before it ended: `transcript`, `written`, `in_doubt` or `error`; or nothing."""


def live(program: Callable[[Stage], Any], folder: Path, when: str = "never", position: int = 0) -> Life:
    """Run the program in a child process, and return what it told."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w", encoding="utf-8") as out:
            json.dump(_life(program, folder, when, position), out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as told:
        words = told.read()
    os.waitpid(child, 0)
    return Life(json.loads(words)) if words else Life()


def _life(program: Callable[[Stage], Any], folder: Path, when: str, position: int) -> dict[str, Any]:
    journal = None
    try:
        journal = DeadlyJournal(folder / "journal.db", when, position)
        with contextlib.redirect_stdout(sys.stderr):
            transcript = program(Stage(journal, folder))
        journal.close()
    except InDoubt as doubt:
        return {"in_doubt": f"{doubt.kind} {doubt.name}"}
    except BaseException:  # noqa: BLE001 - told to whoever asked for the trial
        return {"error": traceback.format_exc()[-2000:]}
    return {"transcript": transcript, "written": journal.written, "modules": list(sys.modules)}


def certify(program: Callable[[Stage], Any], folder: Path) -> dict[str, Any]:
    """Return the report: see `crash_anywhere`."""
    whole = live(program, _made(folder / "whole"))
    if "transcript" not in whole:
        raise SystemExit(whole.get("error") or whole.get("in_doubt") or "It ended without a word.")
    _import_all(whole["modules"])
    expected = whole["transcript"]
    effects = _effects(folder / "whole")
    failures: list[str] = []
    doubts: list[tuple[Kill, str]] = []
    kills = list(_kills(whole["written"]))
    for number, kill in enumerate(kills):
        place = _made(folder / f"kill {number}")
        if (first := live(program, place, kill.when, kill.position)) != {}:
            failures.append(f"{kill}: the program took another way than before: {first.get('error', first)}")
            continue
        again = live(program, place)
        difference = _difference(again, expected, Counter(_effects(place)), Counter(effects))
        if difference:
            failures.append(f"{kill}: {difference}")
        if "in_doubt" in again:
            doubts.append((kill, again["in_doubt"]))
    return {
        "transcript": expected,
        "effects": effects,
        "kills": len(kills),
        "in_doubt": doubts,
        "failures": failures,
    }


def _import_all(names: list[str]) -> None:
    """Load what a life has loaded, so that those after it are forked with it."""
    for name in names:
        if name not in sys.modules and name.partition(".")[0] not in {"__main__", "__mp_main__"}:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _kills(written: list[str]) -> Any:
    """Name the places: after each record, and before each outcome, when the effect was had and nobody knows of it."""
    for position, event in enumerate(written, 1):
        if event == "StepEnded":
            yield Kill("before", position, event)
        yield Kill("after", position, event)


def _difference(life: Life, expected: Any, effects: Counter[str], wanted: Counter[str]) -> str:
    if "error" in life:
        return f"it failed:\n{life['error']}"
    if "in_doubt" in life:
        twice = effects - wanted
        return f"more often than once: {', '.join(twice)}" if twice else ""
    if life.get("transcript") != expected:
        return f"the transcript is {life.get('transcript')!r:.1000}, and not {expected!r:.1000}"
    return "" if effects == wanted else f"side effects {dict(effects)}, and not {dict(wanted)}"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _effects(folder: Path) -> list[str]:
    ledger = folder / "ledger.txt"
    return ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else []


def _loaded(source: str, name: str) -> Callable[[Stage], Any]:
    spec = importlib.util.spec_from_file_location("autogen_crash_program", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, name)


def main(source: str, name: str, folder: str, told: str) -> None:
    """Certify a program, and write the report."""
    report = certify(_loaded(source, name), Path(folder))
    Path(told).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
