"""One living kernel: a cell in, what came of it out; interrupted before it is killed, so that variables are kept."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.coding.kernels.cell import Cell, CellOutcome
from autogen.coding.kernels.directory import hidden_directory
from autogen.coding.kernels.process import KernelProcess
from autogen.coding.kernels.transcript import Marks
from autogen.coding.kernels.wire import CHANNELS, Wire
from autogen.coding.places.supervisor import STOPPED, TIMED_OUT
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AsyncExitStack

    from autogen.coding.places.place import Caps, Command, Place

_START_S = 60.0
# How long a cell may take to end after each interrupt; the first is more than `subprocess` waits for its child.
_GRACES_S = (0.4, 0.4, 0.7)
_SHOWN_LATE_S = 1.0  # how long displays may lag behind the reply
_ENDED_LATE_S = 0.2  # a line breaks before the end of its process is known
_INTERRUPTED = 130


class Kernel:
    """A Python process that keeps its variables.

    Args:
        place: where it runs.
        command: its program and settings, as the executor makes them.
        caps: its bounds, for as long as it lives.
        held: what is closed when it is gone.
    """

    def __init__(self, place: Place, command: Command, caps: Caps, held: AsyncExitStack) -> None:
        self._caps, self._work_dir, self._held = caps, command.work_dir, held
        self._python = command.arguments[0]  # behind a gate, that is the same one
        self._marks = Marks(secrets.token_hex(8))
        self._key = secrets.token_hex(32)
        self._cell = Cell(self._marks, caps)
        self._process = KernelProcess(place, command, caps, self._printed)
        self._wire = Wire(self._key, self._heard, self._is_broken)
        self._is_ready = asyncio.Event()

    @property
    def ended(self) -> str | None:
        """A sentence on why it is gone; `None` while it lives."""
        return self._process.over.result() if self._process.over.done() else None

    @property
    def kill(self) -> Callable[[], object]:
        """What kills it at once, from any thread."""
        return self._process.kill

    async def start(self) -> None:
        """Start it, and return once it can run code.

        Raises:
            CodeError: it cannot be started; says why.
        """
        try:
            async with asyncio.timeout(_START_S):
                with hidden_directory(self._work_dir) as directory:
                    await self._process.start(self._settings(directory))
                    await self._first(self._is_ready.wait())
                    self._check_started()
                    await self._wire.connect(directory)
        except TimeoutError:
            await self.stop()
            raise CodeError(f"the kernel was not ready within {_START_S:g} s: {self._cell.said()}") from None
        except BaseException:
            await self.stop()
            raise
        self._cell = Cell(self._marks, self._caps)  # what was printed until now is nobody's
        self._process.is_busy = False

    def _settings(self, directory: Path) -> bytes:
        facts = {
            "directory": directory.name,
            "key": self._key,
            "channels": CHANNELS,
            "mark": self._marks.template,
            "ready": self._marks.ready,
        }
        return json.dumps(facts).encode() + b"\n"

    async def run(self, code: str, timeout_s: float) -> CellOutcome:
        """Run a cell to its end; cancelling interrupts it."""
        cell = self._cell
        self._process.is_busy = True
        try:
            reply = await self._reply_to(code, cell, timeout_s)
            self._process.drain()
            await self._wait_for_displays(cell)
        finally:
            self._process.is_busy = False
            self._cell = Cell(self._marks, self._caps)
        if cell.interrupted and reply.done():
            cell.stopped = (_INTERRUPTED, "")
        return cell.outcome(reply.result() if reply.done() else None, self.ended)

    async def _reply_to(self, code: str, cell: Cell, timeout_s: float) -> asyncio.Future[Any]:
        """Return the reply to a cell; it stays undone where the kernel is gone."""
        before = self._process.processes()
        reply = self._wire.ask(code)
        try:
            async with asyncio.timeout(timeout_s):
                await self._first(reply, cell.is_too_much)
            if cell.is_too_much.done() and not reply.done():
                await self._stop_cell(reply, before)
                cell.stopped = (STOPPED, cell.is_too_much.result())
        except TimeoutError:
            await self._stop_cell(reply, before)
            cell.stopped = (TIMED_OUT, "")
        except asyncio.CancelledError:
            await self._stop_cell(reply, before)
            raise
        return reply

    async def interrupt(self) -> None:
        """Interrupt the cell that runs."""
        if not self._process.is_busy:
            return
        self._cell.interrupted = True
        await self._wire.interrupt()

    async def stop(self) -> None:
        """Kill it, and return once it is gone."""
        self._wire.close()
        self._process.give_up("it was stopped")
        await self._process.end()
        await self._held.aclose()

    async def _stop_cell(self, reply: asyncio.Future[Any], before: set[int]) -> None:
        """Interrupt a cell and kill what it has started; kill the kernel if that is not enough.

        Args:
            reply: done when the cell has ended.
            before: the processes that were there before it.
        """
        is_alone = True
        for grace_s in _GRACES_S:
            if reply.done() or self.ended is not None:
                break
            await self._wire.interrupt()
            await asyncio.wait({reply, self._process.over}, timeout=grace_s, return_when="FIRST_COMPLETED")
            is_alone = await self._process.kill_others(before)
        if self.ended is None and not reply.done():
            self._process.give_up("it did not heed the interrupt")
        if self.ended is None and not is_alone:
            self._process.give_up("what it had started could not be stopped")
        if self.ended is not None:
            await self.stop()

    async def _first(self, *awaited: Any) -> None:
        """Wait until one of these is done, or the process is over."""
        waits = [asyncio.ensure_future(one) for one in awaited]
        await asyncio.wait({*waits, self._process.over}, return_when="FIRST_COMPLETED")
        for one, wait in zip(awaited, waits, strict=True):
            if wait is not one:
                wait.cancel()

    async def _wait_for_displays(self, cell: Cell) -> None:
        if not cell.missing or self.ended is not None:
            return
        cell.all_shown.clear()  # it was set when all that was marked by then had been shown
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SHOWN_LATE_S):
                await cell.all_shown.wait()

    def _check_started(self) -> None:
        if self.ended is None:
            return
        said = self._cell.said()
        missing = re.search(r"No module named '(ipykernel|traitlets|zmq|IPython)\b", said)
        if missing is None:
            raise CodeError(f"the kernel could not be started: {self.ended}. {said[-2000:]}")
        raise CodeError(
            f"The Python of the sandbox, {self._python}, has no {missing[1]}. Install it there "
            f"({self._python} -m pip install ipykernel), or give virtual_env_context= an environment that has it."
        )

    def _printed(self, data: bytes) -> None:
        if not self._is_ready.is_set() and self._marks.ready.encode() in data:
            self._is_ready.set()
        self._cell.printed(data)

    def _heard(self, kind: str, content: Any, metadata: Any) -> None:
        self._cell.heard(kind, content, metadata)

    def _is_broken(self, reason: str) -> None:
        self._process.give_up(reason, after_s=_ENDED_LATE_S)


def program(python: str) -> tuple[str, ...]:
    """Return the command that makes a Python a kernel."""
    return (python, "-c", Path(__file__).with_name("inside.py").read_text("utf-8"))
