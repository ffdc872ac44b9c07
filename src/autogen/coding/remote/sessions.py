"""What the server keeps: sessions with a work dir of their own, the code that runs in them, and its results for a while."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import stat
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from autogen.coding.executor import CodeExecutor
from autogen.coding.remote.wire import MOST_FILE_BYTES, artefacts_of, blocks_to_data, result_to_data
from autogen.core.sync import call
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.coding.artefacts import Artefact
    from autogen.coding.executor import CodeBlock, CodeResult

_KEPT_RESULTS = 64
_KEPT_FILES = 2_000
_LOOK_EVERY_S = 15.0


class Busy(Exception):
    """No more fits in; the words tell what."""


class Unknown(LookupError):
    """There is nothing of this name."""


@dataclass
class Execution:
    """Code that was asked for under a key, once.

    Attributes:
        asked: the blocks, to see whether the same is asked for again.
        task: gives the answer; it may be cancelled, and raises nothing else.
        waiting: how many requests wait for it now.
        giving_up: the timer that ends it when nobody has waited for long.
    """

    asked: list[dict[str, str]]
    task: asyncio.Task[dict[str, Any]]
    waiting: int = 0
    giving_up: asyncio.TimerHandle | None = None


@dataclass
class Session:
    """One client's place: an executor, a directory, and what was run."""

    executor: CodeExecutor
    directory: Path | None
    last_used: float
    executions: dict[str, Execution] = field(default_factory=dict[str, Execution])
    artefacts: dict[str, Artefact] = field(default_factory=dict[str, "Artefact"])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Upper bounds for the server.

    Args:
        sessions: at a time.
        running: executions at a time, over all sessions.
        idle_s: a session that was not used for so long is ended, with its files.
        grace_s: code whose client is gone is ended after so long.
    """

    sessions: int = 32
    running: int = 8
    idle_s: float = 1800.0
    grace_s: float = 5.0


class Sessions:
    """All sessions of a server."""

    def __init__(
        self, make: Callable[[Path], CodeExecutor] | CodeExecutor, work_dir: Path | None, bounds: Bounds
    ) -> None:
        self._shared = make if isinstance(make, CodeExecutor) else None
        self._make = None if isinstance(make, CodeExecutor) else make
        self._top, self._bounds = work_dir, bounds
        self._by_id: dict[str, Session] = {}
        self._named: dict[str, str] = {}
        self._running = 0

    async def open(self, name: str | None) -> str:
        """Return the id of a new session, or of the one that goes by this name.

        Raises:
            Busy: there are too many.
        """
        if name is not None and self._named.get(name) in self._by_id:
            return self._named[name]
        if len(self._by_id) >= self._bounds.sessions:
            raise Busy(f"there are {self._bounds.sessions} sessions already")
        session_id = secrets.token_urlsafe(18)
        self._by_id[session_id] = self._made()
        if name is not None:
            self._named[name] = session_id
        return session_id

    def _made(self) -> Session:
        if self._make is None:
            assert self._shared is not None, "either a function or an executor is given"
            return Session(self._shared, None, time.monotonic())
        directory = Path(tempfile.mkdtemp(prefix="autogen-session-", dir=self._top)).resolve()
        try:
            return Session(self._make(directory), directory, time.monotonic())
        except BaseException:
            _forget_directory(directory)
            raise

    def find(self, session_id: str) -> Session:
        """Return a session, and count that as use.

        Raises:
            Unknown: there is none of this id.
        """
        session = self._by_id.get(session_id)
        if session is None:
            raise Unknown("session")
        session.last_used = time.monotonic()
        return session

    def begin(self, session: Session, key: str, blocks: list[CodeBlock]) -> Execution:
        """Return the execution under a key: begun now, or earlier if the same was asked for before.

        Raises:
            Busy: too much runs already.
            Unknown: under this key something else was asked for.
        """
        asked = blocks_to_data(blocks)
        known = session.executions.get(key)
        if known is not None:
            if known.asked != asked:
                raise Unknown("execution of this key: it was used for other code")
            return known
        if self._running >= self._bounds.running:
            raise Busy(f"{self._bounds.running} executions are under way")
        self._running += 1
        task = asyncio.create_task(_run(session, blocks))
        task.add_done_callback(self._is_over)
        execution = session.executions[key] = Execution(asked, task)
        for old in list(session.executions)[:-_KEPT_RESULTS]:
            if session.executions[old].task.done():
                del session.executions[old]
        return execution

    async def wait(self, execution: Execution, timeout_s: float, gone: asyncio.Future[Any]) -> dict[str, Any] | None:
        """Return the answer, or `None` if it takes longer; when the last client is gone, the code is ended after a grace."""
        execution.waiting += 1
        if execution.giving_up is not None:
            execution.giving_up.cancel()
        try:
            await asyncio.wait({execution.task, gone}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            execution.waiting -= 1
            if not execution.waiting and not execution.task.done():
                loop = asyncio.get_running_loop()
                execution.giving_up = loop.call_later(self._bounds.grace_s, execution.task.cancel)
        return _answer_of(execution.task) if execution.task.done() else None

    async def cancel(self, session: Session, key: str) -> None:
        """End code that runs; what is over stays as it is."""
        execution = session.executions.get(key)
        if execution is not None:
            execution.task.cancel()
            await asyncio.wait({execution.task})

    async def restart(self, session: Session) -> None:
        """Let a session's executor forget its state, once nothing runs in it."""
        with warnings.catch_warnings(action="ignore"):
            await call(session.executor.restart)

    async def close(self, session_id: str) -> None:
        """End a session: its code, its executor and its files."""
        session = self._by_id.pop(session_id, None)
        if session is None:
            return
        for execution in session.executions.values():
            execution.task.cancel()
        if tasks := {execution.task for execution in session.executions.values()}:
            await asyncio.wait(tasks)
        stop = getattr(session.executor, "a_stop", None) or getattr(session.executor, "stop", None)
        if stop is not None and session.directory is not None:
            with contextlib.suppress(AutogenError):
                await call(stop)
        await asyncio.to_thread(_forget_directory, session.directory)

    async def close_the_idle(self) -> None:
        """End sessions that nobody has used for long, again and again."""
        while True:
            await asyncio.sleep(min(_LOOK_EVERY_S, self._bounds.idle_s))
            oldest = time.monotonic() - self._bounds.idle_s
            for session_id, session in list(self._by_id.items()):
                is_at_work = any(not execution.task.done() for execution in session.executions.values())
                if session.last_used < oldest and not is_at_work:
                    await self.close(session_id)

    async def close_all(self) -> None:
        """End all sessions."""
        for session_id in list(self._by_id):
            await self.close(session_id)

    def _is_over(self, _: object) -> None:
        self._running -= 1


async def _run(session: Session, blocks: list[CodeBlock]) -> dict[str, Any]:
    try:
        result = await _executed(session.executor, blocks)
    except (AutogenError, ValueError) as error:
        return {"error": {"kind": type(error).__name__, "message": str(error)[:2000]}}
    except Exception as error:  # noqa: BLE001 - an executor of the user's: the client is told, the server goes on
        return {"error": {"kind": "CodeError", "message": f"{type(error).__name__}: {str(error)[:2000]}"}}
    return {"result": result_to_data(result, _taken_up(session, artefacts_of(result)))}


def _answer_of(task: asyncio.Task[dict[str, Any]]) -> dict[str, Any]:
    if not task.cancelled():
        return task.result()
    return {"error": {"kind": "cancelled", "message": "The code was ended: its client cancelled it, or was gone."}}


async def _executed(executor: CodeExecutor, blocks: list[CodeBlock]) -> CodeResult:
    run = getattr(executor, "a_execute_code_blocks", None)
    return await (run(blocks) if run is not None else call(executor.execute_code_blocks, blocks))


def _taken_up(session: Session, artefacts: Sequence[Artefact]) -> list[str]:
    """Give each artefact an id that cannot be guessed, under which it can be fetched."""
    ids = [secrets.token_urlsafe(12) for _ in artefacts]
    session.artefacts |= dict(zip(ids, artefacts, strict=True))
    for old in list(session.artefacts)[:-_KEPT_FILES]:
        del session.artefacts[old]
    return ids


def content_of(session: Session, artefact_id: str) -> bytes:
    """Return what an artefact of a session holds, if it is still what it was; opened from its work dir on, never through a link.

    Raises:
        Unknown: it is gone, is something else by now, or is too large.
    """
    from hashlib import sha256  # noqa: PLC0415 - only here

    artefact = session.artefacts.get(artefact_id)
    if artefact is None or artefact.path is None or artefact.size_bytes > MOST_FILE_BYTES:
        raise Unknown("artefact")
    parts = PurePosixPath(artefact.name).parts
    try:
        content = _read_below(artefact.path.parents[len(parts) - 1], parts, artefact.size_bytes)
    except OSError:
        raise Unknown("artefact") from None
    if sha256(content).hexdigest() != artefact.sha256:
        raise Unknown("artefact: it has changed since")
    return content


def _read_below(top: Path, parts: tuple[str, ...], size_bytes: int) -> bytes:
    with contextlib.ExitStack() as opened:
        handle = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        opened.callback(os.close, handle)
        for part in parts[:-1]:
            handle = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
            opened.callback(os.close, handle)
        file = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
        with open(file, "rb") as stream:  # noqa: PTH123 - a descriptor, not a path
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError("no regular file")
            return stream.read(size_bytes + 1)


def _forget_directory(directory: Path | None) -> None:
    if directory is not None:
        shutil.rmtree(directory, ignore_errors=True)
