"""Running one command to its end, whatever it does: by time, memory, disk and output, and never longer than asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from autogen.coding.places.usage import Meter, children_of
from autogen.errors import CodeError

if TYPE_CHECKING:
    from autogen.coding.places.place import Caps, Command, Launch, Place

TIMED_OUT, STOPPED = 124, 137
_TICK_S = 0.05
_KILL_GRACE_S = 0.25
_BURIAL_S = 2.0
_LAST_WORDS_S = 0.25  # how long output may lag behind the end of the process


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command.

    Args:
        exit_code: its own; 124 if time was up, 137 if it was stopped for another reason.
        stdout: what it printed, cut in the middle if it was too much.
        stderr: likewise.
        stopped: a sentence on the cap that ended it, or `None`.
    """

    exit_code: int
    stdout: str
    stderr: str
    stopped: str | None = None

    @property
    def is_timeout(self) -> bool:
        """Whether it was stopped because its time was up."""
        return self.stopped is not None and self.exit_code == TIMED_OUT


async def run_command(place: Place, command: Command, caps: Caps) -> Outcome:
    """Run a command in a place, and return once all its processes have ended.

    Cancelling kills them all, within half a second.

    Raises:
        CodeError: the place could not start it.
    """
    await asyncio.to_thread(place.prepare, command)
    with place.launch(command, caps) as launch:
        transport, watched = await _start(launch, caps, is_contained=place.contains)
        try:
            stopped = await _watch(watched, Meter(transport.get_pid(), command.work_dir, caps), command)
        finally:
            await _end(transport, watched, is_contained=place.contains)
        exit_code = transport.get_returncode()
        stdout, stderr = watched.stdout.text(), watched.stderr.text()
        if stopped is not None:
            return Outcome(TIMED_OUT if stopped == _TIME_IS_UP else STOPPED, stdout, stderr, stopped)
        if launch.status is not None and not _was_started(launch.status):
            raise CodeError(f"{place.name} could not start the code: {stderr.strip() or f'exit code {exit_code}'}")
        return Outcome(_shell_code(exit_code), stdout, stderr)


_TIME_IS_UP = "its time was up"
_Started = tuple[asyncio.SubprocessTransport, "_Watched"]


async def _start(launch: Launch, caps: Caps, *, is_contained: bool) -> _Started:
    """Start the process, at the head of a group of its own."""
    loop = asyncio.get_running_loop()
    starting = asyncio.ensure_future(
        loop.subprocess_exec(
            lambda: _Watched(loop, caps),
            *launch.arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=launch.environment,
            cwd=launch.directory,
            pass_fds=launch.descriptors,
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # asyncio by itself would kill the first process alone, and bubblewrap's child may not be bound to it yet.
        await asyncio.wait({starting})
        if starting.exception() is None:
            await _end(*starting.result(), is_contained=is_contained)
        raise


async def _watch(watched: _Watched, meter: Meter, command: Command) -> str | None:
    """Wait for the end; return why it must be stopped, or `None` if it ended by itself."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + command.timeout_s
    while True:
        await asyncio.wait({watched.over}, timeout=max(0.0, min(_TICK_S, deadline - loop.time())))
        if watched.over.done():
            return watched.over.result()
        if loop.time() >= deadline:
            return _TIME_IS_UP
        reason = await asyncio.to_thread(meter.check)
        if reason is not None and not watched.over.done():
            return reason


async def _end(transport: asyncio.SubprocessTransport, watched: _Watched, *, is_contained: bool) -> None:
    """Kill what still runs, wait for its end, and collect its last words."""
    process_id = transport.get_pid()
    try:
        if transport.get_returncode() is None and is_contained:
            # The first process inside takes all others with it, or the sandbox's own process does that; this one buries
            # them, and then ends by itself.
            children = children_of(process_id)
            for child in children:
                _kill(child)
            await asyncio.wait({watched.exited}, timeout=_BURIAL_S if children else _KILL_GRACE_S)
        if transport.get_returncode() is None or not is_contained:
            # Bubblewrap had not got as far as that; its first process inside is in its group, too.
            _kill_group(process_id)
            await asyncio.wait({watched.exited}, timeout=_KILL_GRACE_S)
        await asyncio.wait({watched.closed}, timeout=_LAST_WORDS_S)
    finally:
        transport.close()


def _kill(process_id: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process_id, signal.SIGKILL)


def _kill_group(process_id: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process_id, signal.SIGKILL)


def _was_started(status: int) -> bool:
    """Tell whether bubblewrap reports an exit code: without one, it had failed before the command began."""
    try:
        lines = os.read(status, 65536).decode().splitlines()
    except BlockingIOError:
        return False
    return any("exit-code" in cast("dict[str, object]", json.loads(line)) for line in lines)


def _shell_code(exit_code: int | None) -> int:
    """Return an exit code as shells tell it: 128 and the signal's number, if a signal ended the process."""
    if exit_code is None:
        return STOPPED
    return exit_code if exit_code >= 0 else 128 - exit_code


class Kept:
    """The first and the last part of a stream, in bounded memory."""

    def __init__(self, kept_bytes: int) -> None:
        self._half = kept_bytes // 2
        self._head, self._tail = bytearray(), bytearray()
        self.size_bytes = 0

    def add(self, data: bytes) -> None:
        """Take in more of the stream."""
        self.size_bytes += len(data)
        room = self._half - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def text(self) -> str:
        """Return what is kept as text, with a word on what was left out."""
        return self.between(0, self.size_bytes)

    def between(self, start: int, end: int) -> str:
        """Return what is kept between two positions in the stream; the word on what was left out stands once."""
        head, tail = self._head, self._tail[-self._half :]
        begins = self.size_bytes - len(tail)  # where the tail does
        left_out = begins - len(head)
        ending = tail[max(0, start - begins) : max(0, end - begins)]
        if not left_out:
            return _decoded(head[start:end] + ending)
        note = f"\n[… {left_out} of {self.size_bytes} bytes of output are left out here …]\n"
        return _decoded(head[start:end]) + (note if start <= len(head) < end else "") + _decoded(ending)


def _decoded(data: bytearray) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


class _Watched(asyncio.SubprocessProtocol):
    """Hears what the process prints and when it ends.

    Attributes:
        over: done when there is no reason to wait any longer; the reason to stop it, or `None` if it exited.
        exited: done when the process is gone; its output may lag behind.
        closed: done when both streams are closed, too.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, caps: Caps) -> None:
        self.stdout, self.stderr = Kept(caps.kept_output_bytes), Kept(caps.kept_output_bytes)
        self.over: asyncio.Future[str | None] = loop.create_future()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._allowed = caps.output_bytes
        self._open_pipes = 2

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep what is to be kept; drop the rest."""
        (self.stdout if fd == 1 else self.stderr).add(data)
        if self.stdout.size_bytes + self.stderr.size_bytes > self._allowed and not self.over.done():
            self.over.set_result(f"it printed more than {self._allowed / 1e6:g} MB")

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Note that a stream has ended."""
        del fd, exc
        self._open_pipes -= 1
        if self._open_pipes == 0:
            self.closed.set_result(None)

    def process_exited(self) -> None:
        """Note the end; whoever still holds the streams open is not waited for."""
        self.exited.set_result(None)
        if not self.over.done():
            self.over.set_result(None)
