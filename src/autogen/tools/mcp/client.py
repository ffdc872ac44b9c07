"""A server's tools for our agents: it is started or reached when the context is entered, and left when that ends."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
import tempfile
from contextlib import AsyncExitStack
from typing import IO, TYPE_CHECKING, Any, cast

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import ToolListChangedNotification
from pydantic import ValidationError

from autogen.core.approval import canonical
from autogen.core.sync import run_sync
from autogen.errors import ToolError, ToolServerFailed
from autogen.tools.mcp.content import checked_by, text_of_result
from autogen.tools.tool import MAX_NAME, Tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import mcp_types

    from autogen.core.approval import Approver
    from autogen.core.record.kind import Effect

START_S = 30.0
CALL_S = 120.0
_MAX_PAGES = 100
_TAIL_BYTES = 1_000


class McpServer:
    """A tool server: `async with McpServer(…) as tools` (or `with`, in sync programs) gives its tools.

    A server that does not start is an error; one that dies, hangs or speaks rubbish later is an answer for the model.
    The tools are those of the moment of connecting; if the server changes its list, they are not called any more.

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
        self._target = target if isinstance(target, str) else list(target)
        self.name = name or (target if isinstance(target, str) else " ".join(target))
        self._prefix, self._only, self._needs_approval = prefix, only, needs_approval
        self._pinned, self._call_s, self._start_s = pinned, call_s, start_s
        self._env, self._cwd, self._headers = dict(env or {}), cwd, dict(headers or {})
        self.digest = ""
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owner: asyncio.Task[None] | None = None
        self._stop: asyncio.Event | None = None
        self._is_stale = False

    async def __aenter__(self) -> list[Tool]:
        """Start or reach the server.

        Raises:
            ToolServerFailed: it does not start, does not answer, or its tool list is not the pinned one.
        """
        if self._owner is not None:
            raise RuntimeError(f"The tool server {self.name!r} is in use already; make another McpServer.")
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        ready: asyncio.Future[list[Tool]] = self._loop.create_future()
        self._owner = asyncio.create_task(self._stay(ready, self._stop))
        try:
            return await ready
        except BaseException:
            self._owner.cancel()
            await asyncio.wait([self._owner])
            self._owner = None
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._owner is not None
        assert self._stop is not None
        self._stop.set()
        await asyncio.wait([self._owner])
        self._owner = self._client = None

    def __enter__(self) -> list[Tool]:
        return run_sync(self.__aenter__)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        run_sync(self.__aexit__, kind, error, trace)

    async def _stay(self, ready: asyncio.Future[list[Tool]], stop: asyncio.Event) -> None:
        """Hold the connection in one task, from beginning to end, as the protocol's package wants it."""
        with tempfile.TemporaryFile() as errors:
            try:
                await self._hold(ready, stop, errors)
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is told where it is awaited
                if not ready.done():
                    ready.set_exception(self._failed_to_start(error, errors))

    async def _hold(self, ready: asyncio.Future[list[Tool]], stop: asyncio.Event, errors: IO[bytes]) -> None:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._start_s):
                self._client = await stack.enter_async_context(await self._connection(stack, errors))
                tools = await self._tools(self._client)
            ready.set_result(tools)
            await stop.wait()

    async def _connection(self, stack: AsyncExitStack, errors: IO[bytes]) -> Client:
        if isinstance(self._target, str):
            if not self._headers:
                transport = streamable_http_client(self._target)
            else:
                import httpx2  # noqa: PLC0415 - only where headers are to be sent

                http = await stack.enter_async_context(httpx2.AsyncClient(headers=self._headers))
                transport = streamable_http_client(self._target, http_client=http)
        else:
            command, *arguments = self._target
            settings = StdioServerParameters(
                command=command, args=arguments, env=self._env, cwd=self._cwd, encoding_error_handler="replace"
            )
            transport = stdio_client(settings, errlog=cast("Any", errors))
        return Client(transport, message_handler=self._heard, raise_exceptions=False)

    async def _heard(self, message: object) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._is_stale = True

    async def _tools(self, client: Client) -> list[Tool]:
        listed = await _listed(client)
        self.digest = _digest_of(listed)
        if self._pinned is not None and self._pinned != self.digest:
            raise ToolServerFailed(
                f"The tool list of {self.name!r} is not the pinned one: look at its tools, and pin {self.digest!r}."
            )
        missing = sorted(set(self._only or ()) - {each.name for each in listed})
        if missing:
            raise ToolServerFailed(f"{self.name!r} has no tool named {', '.join(map(repr, missing))}.")
        return [self._tool(each) for each in listed if self._only is None or each.name in self._only]

    def _tool(self, told: mcp_types.Tool) -> Tool:
        async def call(**arguments: Any) -> str:
            return await self._call(told.name, arguments)

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

    async def _call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call a tool on the loop where the connection lives."""
        if self._loop is asyncio.get_running_loop():
            return await self._call_here(name, arguments)
        if self._loop is None or self._loop.is_closed():
            raise ToolError(f"{self.name} is not connected.")
        away = asyncio.run_coroutine_threadsafe(self._call_here(name, arguments), self._loop)
        return await asyncio.wrap_future(away)

    async def _call_here(self, name: str, arguments: dict[str, Any]) -> str:
        client = self._client
        if client is None:
            raise ToolError(f"{self.name} is not connected.")
        try:
            async with asyncio.timeout(self._call_s):
                if self._is_stale:
                    await self._look_again(client)
                result = await client.call_tool(name, arguments)
        except TimeoutError:
            text = (
                f"{self.name} did not answer within {self._call_s:g} s; whether the call had any effect is not known."
            )
            raise ToolError(text) from None
        except MCPError as error:
            raise ToolError(f"{self.name} refused the call or failed: {error}") from error
        except ValidationError as error:
            raise ToolError(f"{self.name} answered what the protocol does not allow.") from error
        except ToolError:
            raise
        except Exception as error:  # the package raises whatever its transports raise
            raise ToolError(
                f"{self.name} is gone ({type(error).__name__}); whether the call had any effect is not known."
            ) from error
        text = text_of_result(result)
        if result.is_error:
            raise ToolError(text or "the tool failed and did not say why")
        return text

    async def _look_again(self, client: Client) -> None:
        """Refuse to go on with a server whose tool list has changed."""
        if _digest_of(await _listed(client)) != self.digest:
            raise ToolError(
                f"{self.name} has changed its tools since they were looked at; they are not called any more."
            )
        self._is_stale = False

    def _failed_to_start(self, error: BaseException, errors: IO[bytes]) -> ToolServerFailed:
        while isinstance(error, BaseExceptionGroup):
            error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
        if isinstance(error, ToolServerFailed):
            return error
        errors.seek(0, 2)
        errors.seek(max(0, errors.tell() - _TAIL_BYTES))
        told = errors.read().decode("utf-8", "replace").strip()
        why = f"no answer within {self._start_s:g} s" if isinstance(error, TimeoutError) else f"{error}"
        failure = ToolServerFailed(
            f"The tool server {self.name!r} did not start: {why or type(error).__name__}."
            f"{f' It wrote: {told}' if told else ''}"
        )
        failure.__cause__ = error
        return failure


async def _listed(client: Client) -> list[mcp_types.Tool]:
    tools: list[mcp_types.Tool] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="refresh")
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools


def _digest_of(tools: list[mcp_types.Tool]) -> str:
    told = sorted((each.name, each.description or "", canonical(each.input_schema)) for each in tools)
    return hashlib.sha256(canonical(told).encode("utf-8", sys.getfilesystemencodeerrors())).hexdigest()
