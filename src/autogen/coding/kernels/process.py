"""The process of a kernel: started in a place, read through one pipe, watched, and killed with all that came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import weakref
from contextlib import ExitStack
from typing import TYPE_CHECKING

from autogen.coding.places.usage import Meter, children_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.coding.places.place import Caps, Command, Place

FOR_EVER_S = 10_000_000
_READ_BYTES = 65536
_BUSY_TICK_S, _IDLE_TICK_S = 0.05, 0.5
_END_S = 2.0
_SWEEPS, _SWEEP_S = 5, 0.01
_ENDED_LATE_S = 0.2  # a stream closes before the end of its process is known


class KernelProcess:
    """A running process; it dies with this program, however that ends.

    Args:
        place: where it runs.
        command: what runs.
        caps: its bounds, for as long as it lives.
        printed: called with each piece of output.

    Attributes:
        over: done when it is gone or must go; a sentence on why.
        is_busy: whether it is looked at often.
        kill: kills it with all its processes, from any thread; also called when this program ends.
    """

    def __init__(self, place: Place, command: Command, caps: Caps, printed: Callable[[bytes], None]) -> None:
        self._place, self._command, self._caps, self._printed = place, command, caps, printed
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[str] = self._loop.create_future()
        self.is_busy = True
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._cleanups = ExitStack()
        self._output = -1
        self._tasks: list[asyncio.Task[None]] = []
        self.kill: Callable[[], object] = lambda: None  # until there is something to kill

    async def start(self, settings: bytes) -> None:
        """Start it and tell it its settings, on standard input.

        Raises:
            CodeError: the place could not start it.
        """
        assert threading.current_thread() is not threading.main_thread(), "sandboxes die with the thread that made them"
        await asyncio.to_thread(self._place.prepare, self._command)
        launch = self._cleanups.enter_context(self._place.launch(self._command, self._caps))
        self._output, writer = os.pipe()
        os.set_blocking(self._output, False)
        try:
            transport, _ = await self._loop.subprocess_exec(
                lambda: _Ending(self._ended),
                *launch.arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=writer,
                stderr=writer,
                env=launch.environment,
                cwd=launch.directory,
                pass_fds=launch.descriptors,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._output)
            self._output = -1
            raise
        finally:
            os.close(writer)
        self._transport: asyncio.SubprocessTransport = transport
        self.kill = weakref.finalize(self, _kill_all, transport.get_pid(), is_contained=self._place.contains)
        stdin = transport.get_pipe_transport(0)
        assert isinstance(stdin, asyncio.WriteTransport)
        stdin.write(settings)
        self._loop.add_reader(self._output, self._read)
        self._tasks.append(self._loop.create_task(self._watch()))

    def drain(self) -> None:
        """Take in what it has printed by now."""
        while self._read():
            pass

    def give_up(self, reason: str, *, after_s: float = 0) -> None:
        """Say that it is over, unless that is said already, or by then."""
        if after_s:
            self._loop.call_later(after_s, self.give_up, reason)
        elif not self.over.done():
            self.over.set_result(reason)

    def processes(self) -> set[int]:
        """Return all its processes; none if it is gone."""
        return set() if self._gone.done() else set(tree_of(self._transport.get_pid()))

    async def kill_others(self, spared: set[int]) -> bool:
        """Kill its processes other than these; tell whether none is left."""
        for _ in range(_SWEEPS):
            others = {process_id for process_id in self.processes() - spared if _is_running(process_id)}
            if not others:
                return True
            for process_id in others:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process_id, signal.SIGKILL)
            await asyncio.sleep(_SWEEP_S)
        return False

    async def end(self) -> None:
        """Kill it with all its processes, and return once it is gone."""
        for task in self._tasks:
            task.cancel()
        if self._output >= 0:
            self.kill()
            await asyncio.wait({self._gone}, timeout=_END_S)
        self._close()

    def _close(self) -> None:
        if self._output >= 0:
            self._loop.remove_reader(self._output)
            os.close(self._output)
            self._output = -1
            self._transport.close()
        self._cleanups.close()

    def _ended(self) -> None:
        self.kill()  # a bare process may have left others of its group
        self.drain()
        self._close()
        self._gone.set_result(None)
        code = self._transport.get_returncode()
        how = f"by signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"with exit code {code}"
        self.give_up(f"the Python process ended {how}")

    def _read(self) -> bool:
        """Take in one piece; tell whether there was one."""
        if self._output < 0:
            return False
        try:
            data = os.read(self._output, _READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._output)
            self.give_up("it closed its output", after_s=_ENDED_LATE_S)
            return False
        self._printed(data)
        return True

    async def _watch(self) -> None:
        meter = Meter(self._transport.get_pid(), self._command.work_dir, self._caps)
        while not self.over.done():
            await asyncio.sleep(_BUSY_TICK_S if self.is_busy else _IDLE_TICK_S)
            reason = await asyncio.to_thread(meter.check)
            if reason is not None:
                self.give_up(reason)
                self.kill()


class _Ending(asyncio.SubprocessProtocol):
    def __init__(self, ended: Callable[[], None]) -> None:
        self._ended = ended

    def process_exited(self) -> None:
        """Tell of the end."""
        self._ended()


def _is_running(process_id: int) -> bool:
    """Tell whether a process is more than a name that its parent has not asked about yet."""
    try:
        with open(f"/proc/{process_id}/stat") as file:  # noqa: PTH123 - as everywhere under /proc
            return file.read().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (OSError, IndexError):
        return False


def _kill_all(process_id: int, *, is_contained: bool) -> None:
    if is_contained:
        for child in children_of(process_id):  # the first process inside takes all others with it
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process_id, signal.SIGKILL)
