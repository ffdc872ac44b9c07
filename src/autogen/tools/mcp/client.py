"""A server's tools for our agents: for the length of a block, or of each run that uses them."""

from __future__ import annotations

import asyncio
import re
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from mcp_types import Tool as ToldTool

from autogen.core.place import current_scope
from autogen.core.sync import run_sync
from autogen.errors import ToolError, ToolServerFailed
from autogen.tools.mcp.connection import CHANGED, Connection, ServerPlace, digest_of
from autogen.tools.mcp.content import checked_by
from autogen.tools.tool import MAX_NAME, Tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from autogen.core.approval import Approver
    from autogen.core.record.kind import Effect
    from autogen.core.run import Run

START_S = 30.0
CALL_S = 120.0
_lock = threading.Lock()


class _Begun(NamedTuple):
    connection: Connection
    listed: list[ToldTool]


class McpServer:
    """A tool server: `tools=[McpServer(…)]` on an agent, or `async with McpServer(…) as tools` (`with`, in sync programs).

    On an agent it is started or reached in each run that comes to use it, and ends with that run. With a block it is there
    as long as the block, for any number of runs. A server that does not start is an error; one that hangs or speaks
    rubbish later is an answer for the model; one that dies is started again at the next call. The tools are those of the
    moment of connecting; if the server changes its list, they are not called any more.

    Args:
        target: a command as a list (`["python", "server.py"]`), or the URL of a server over HTTP.
        name: for people, in errors; the command or the URL if not given.
        prefix: put before each tool's name.
        only: names of the tools to take, as the server has them; all if not given.
        needs_approval: as for `Tool`, for all of them.
        pinned: the `digest` that the tool list must have; another one is refused.
        call_s: longest time for one call.
        start_s: longest time until the server has told its tools.
        env: variables for a command, beside a few harmless ones; keys of this process are not passed on.
        cwd: where a command runs.
        headers: for a URL, such as an authorisation.

    Attributes:
        digest: SHA-256 of the tool list (names, descriptions, schemas); empty before connecting.
    """

    def __init__(
        self,
        target: Sequence[str] | str,
        *,
        name: str | None = None,
        prefix: str = "",
        only: Sequence[str] | None = None,
        needs_approval: bool | Approver = False,
        pinned: str | None = None,
        call_s: float = CALL_S,
        start_s: float = START_S,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name or (target if isinstance(target, str) else " ".join(target))
        self._place = ServerPlace(
            name=self.name,
            target=target if isinstance(target, str) else list(target),
            start_s=start_s,
            call_s=call_s,
            env=dict(env or {}),
            cwd=cwd,
            headers=dict(headers or {}),
        )
        self._prefix, self._only, self._needs_approval = prefix, only, needs_approval
        self._pinned, self.digest = pinned, ""
        self._held: Connection | None = None
        self._by_run: WeakKeyDictionary[Run, Future[_Begun]] = WeakKeyDictionary()

    async def __aenter__(self) -> list[Tool]:
        """Start or reach the server.

        Raises:
            ToolServerFailed: it does not start, does not answer, or its tool list is not the pinned one.
        """
        if self._held is not None:
            raise RuntimeError(f"The tool server {self.name!r} is in use already; make another McpServer.")
        self._held = Connection(self._place)
        try:
            begun = await self._begin(self._held)
        except BaseException:
            self._held = None
            raise
        return self._tools(begun.listed, begun.connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        held, self._held = self._held, None
        assert held is not None
        await held.stop()

    def __enter__(self) -> list[Tool]:
        return run_sync(self.__aenter__)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        run_sync(self.__aexit__, kind, error, trace)

    async def told(self) -> list[dict[str, Any]]:
        """Return what the server tells of its tools, as JSON-able data; it is there until the current run ends.

        Raises:
            ToolServerFailed: it does not start, does not answer, or its tool list is not the pinned one.
        """
        scope = current_scope()
        assert scope is not None, "the turn of an agent is always in a run"
        begun = await self._in_run(scope.run)
        return [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in begun.listed]

    def tools_of(self, told: Sequence[Mapping[str, Any]]) -> list[Tool]:
        """Return the tools that the server has told of, each to be called in a run."""
        return self._tools([ToldTool.model_validate(each) for each in told], None)

    async def _begin(self, connection: Connection) -> _Begun:
        """Start or reach the server, and look at its tools."""
        listed = await connection.start()
        try:
            self._check(listed)
        except BaseException:
            await connection.stop()
            raise
        return _Begun(connection, listed)

    async def _in_run(self, run: Run) -> _Begun:
        """Return the connection of a run; whoever comes first makes it."""
        with _lock:
            begun = self._by_run.get(run)
            is_first = begun is None
            if begun is None:
                begun = self._by_run[run] = Future()
        if not is_first:
            return await asyncio.shield(asyncio.wrap_future(begun))
        try:
            made = await self._begin(Connection(self._place))
        except BaseException as error:
            del self._by_run[run]
            failure = (
                error if isinstance(error, ToolServerFailed) else ToolServerFailed(f"The start was cut off: {error!r}")
            )
            begun.set_exception(failure)
            raise
        run.ends_with(made.connection.stop)
        begun.set_result(made)
        return made

    def _check(self, listed: list[ToldTool]) -> None:
        self.digest = digest_of(listed)
        if self._pinned is not None and self._pinned != self.digest:
            raise ToolServerFailed(
                f"The tool list of {self.name!r} is not the pinned one: look at its tools, and pin {self.digest!r}."
            )
        missing = sorted(set(self._only or ()) - {each.name for each in listed})
        if missing:
            raise ToolServerFailed(f"{self.name!r} has no tool named {', '.join(map(repr, missing))}.")

    def _tools(self, listed: list[ToldTool], held: Connection | None) -> list[Tool]:
        digest = digest_of(listed)
        return [self._tool(each, held, digest) for each in listed if self._only is None or each.name in self._only]

    def _tool(self, told: ToldTool, held: Connection | None, digest: str) -> Tool:
        async def call(**arguments: Any) -> str:
            connection = held or await self._of_this_run(digest)
            return await connection.call(told.name, arguments)

        name = re.sub(r"[^a-zA-Z0-9_-]", "_", f"{self._prefix}{told.name}")[:MAX_NAME]
        hints = told.annotations
        effect: Effect = "repeatable" if hints is not None and hints.idempotent_hint else "once"
        return Tool(
            call,
            name=name,
            description=told.description or "",
            effect=effect,
            needs_approval=self._needs_approval,
            max_at_once=None,  # a server sees to that itself
            checked=checked_by(told.input_schema),
        )

    async def _of_this_run(self, digest: str) -> Connection:
        """Return the connection of the current run, where the tools are those that were looked at."""
        scope = current_scope()
        if scope is None or scope.run.is_over:
            raise ToolError(f"{self.name} is not connected.")
        try:
            connection = (await self._in_run(scope.run)).connection
        except ToolServerFailed as error:
            raise ToolError(str(error)) from error
        if connection.digest != digest:
            raise ToolError(CHANGED.format(self.name))
        return connection
