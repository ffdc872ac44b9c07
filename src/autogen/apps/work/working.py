"""`autogen worker`: the files it was given are loaded once, and their conversations held until somebody stops it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.apps.load import NotFound, load_module
from autogen.apps.process import INTERRUPTED
from autogen.core.sync import run_sync
from autogen.errors import QueueUnusable
from autogen.observers.safe_text import safe_text
from autogen.workers.on_dbos import QueueLimits, Worker
from autogen.workers.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import ModuleType


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What was typed.

    Args:
        files: the programs that are held here.
        database: where the queue and the journal are.
        queues: which it takes from; those that are named after its files if there are none.
        limits: of these queues.
        grace_s: how long steps may go on when it is stopped.
    """

    files: Sequence[Path]
    database: str
    queues: Sequence[str]
    limits: QueueLimits
    grace_s: float


def work(order: WorkOrder) -> None:
    """Work until a signal comes: the first ends it in order, the second at once.

    Raises:
        NotFound: a file that is not there, or cannot be loaded.
        AutogenError: the database cannot be used.
    """
    programs = Programs(load_files(order.files))
    stopping = _Stopping()
    stopping.listen()
    try:
        run_sync(_work, order, programs, stopping)
    except QueueUnusable as failure:
        _tell(str(failure))
        os._exit(
            1
        )  # threads of DBOS would wait for the database; what was recorded is safe, and other workers take over


def load_files(files: Sequence[Path]) -> dict[str, list[ModuleType]]:
    """Load programs, and return them by the names of their files.

    Raises:
        NotFound: a file is not there, cannot be loaded, or has the name of another one.
    """
    modules: dict[str, list[ModuleType]] = {}
    for path in files:
        if path.name in modules:
            raise NotFound(f"Two files are named {path.name!r}, and a job tells files by their names: rename one.")
        try:
            modules[path.name] = [load_module(path)]
        except NotFound:
            raise
        except Exception as error:
            told = "".join(traceback.format_exception(error)).rstrip()
            raise NotFound(f"{told}\n{str(path)!r} cannot be loaded: mend it, and start the worker again.") from error
    return modules


async def _work(order: WorkOrder, programs: Programs, stopping: _Stopping) -> None:
    queues = list(order.queues) or programs.files
    worker = Worker(order.database, programs, queues, limits=order.limits, grace_s=order.grace_s, tell=_tell)
    await worker.work(stopping.event())
    _tell("Stopped.")


class _Stopping:
    """Signals that stop a worker: the first in order, the second at once."""

    def __init__(self) -> None:
        self._is_asked = False
        self._tell_loop: Callable[[], object] = lambda: None

    def listen(self) -> None:
        """Have signals come here; called in the main thread."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop)

    def event(self) -> asyncio.Event:
        """Return what is set once it is to stop; called on the loop."""
        is_to_stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._tell_loop = lambda: loop.call_soon_threadsafe(is_to_stop.set)
        if self._is_asked:
            is_to_stop.set()
        return is_to_stop

    def _stop(self, number: int, frame: Any) -> None:  # noqa: ARG002 - as it is called
        if self._is_asked:
            os._exit(INTERRUPTED)  # what was recorded is safe, and other workers take over
        self._is_asked = True
        self._tell_loop()


def _tell(words: str) -> None:
    when = time.strftime("%H:%M:%S", time.gmtime())
    sys.stdout.write(f"{when} {safe_text(words)}\n")
    sys.stdout.flush()
