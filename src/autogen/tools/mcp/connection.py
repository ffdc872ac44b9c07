"""One connection to a tool server: it is held by one task, ends when it is told to, and is made anew if the server dies."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, cast

from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CONNECTION_CLOSED, ToolListChangedNotification
from pydantic import ValidationError

from autogen.core.approval import canonical
from autogen.core.place import current_scope
from autogen.errors import ToolError, ToolServerFailed
from autogen.tools.mcp.content import text_of_result
from autogen.tools.mcp.process import TooMuch, process_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import mcp_types

MAX_RESTARTS = 3
_MAX_PAGES = 100
_TAIL_BYTES = 1_000
CHANGED = "{} has changed its tools since they were looked at; they are not called any more."
_NOT_KNOWN = "whether the call had any effect is not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """Which server, and how it is reached.

    Args:
        name: for people.
        target: a command, or a URL.
        start_s: longest time until it has told its tools.
        call_s: longest time for one call.
        env: variables for a command.
        cwd: where a command runs.
        headers: for a URL.
    """

    name: str
    target: Sequence[str] | str
    start_s: float
    call_s: float
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    cwd: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Connection:
    """Begins with `start`, and ends with `stop`; calls may come from any event loop between the two.

    Attributes:
        digest: of the tool list with which it began; a server that has another one later is not called any more.
    """

    def __init__(self, place: ServerPlace) -> None:
        self._place = place
        self._loop = asyncio.get_running_loop()
        self._client: Client | None = None
        self._owner: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._mending = asyncio.Lock()
        self._restarts = 0
        self._is_stale = self._is_lost = self._has_ended = False
        self._too_much: TooMuch | None = None
        self.digest = ""

    async def start(self) -> list[mcp_types.Tool]:
        """Start or reach the server, and return its tools.

        Raises:
            ToolServerFailed: it does not start, or does not answer.
        """
        self._stop, self._too_much = asyncio.Event(), None
        ready: asyncio.Future[list[mcp_types.Tool]] = self._loop.create_future()
        self._owner = asyncio.create_task(self._stay(ready, self._stop))
        try:
            listed = await ready
        except BaseException:
            self._owner.cancel()
            await asyncio.wait([self._owner])
            self._owner = None
            raise
        self.digest = self.digest or digest_of(listed)
        return listed

    async def stop(self) -> None:
        """Leave the server; a process that is one ends."""
        self._has_ended = True
        await self._here(self._leave)

    async def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call a tool, and return its result as text.

        Raises:
            ToolError: it failed, or the server did; says what is known of it.
        """
        return await self._here(self._call, name, arguments)

    async def _here(self, act: Any, *given: Any) -> Any:
        """Do something on the loop where the connection lives."""
        if self._loop is asyncio.get_running_loop():
            return await act(*given)
        if self._loop.is_closed():
            raise ToolError(f"{self._place.name} is not connected.")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(act(*given), self._loop))

    async def _leave(self) -> None:
        owner, self._owner, self._client = self._owner, None, None
        if owner is not None:
            self._stop.set()
            await asyncio.wait([owner])

    async def _stay(self, ready: asyncio.Future[list[mcp_types.Tool]], stop: asyncio.Event) -> None:
        """Hold the connection in one task, from beginning to end, as the protocol's package wants it."""
        with tempfile.TemporaryFile() as errors:
            try:
                await self._hold(ready, stop, errors)
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is told where it is awaited
                if not ready.done():
                    ready.set_exception(self._failed_to_start(error, errors))

    async def _hold(self, ready: asyncio.Future[list[mcp_types.Tool]], stop: asyncio.Event, errors: IO[bytes]) -> None:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._place.start_s):
                self._client = await stack.enter_async_context(await self._client_of(stack, errors))
                listed = await _listed(self._client)
            self._is_lost = False
            ready.set_result(listed)
            await stop.wait()

    async def _client_of(self, stack: AsyncExitStack, errors: IO[bytes]) -> Client:
        place, transport = self._place, cast("Any", None)
        if not isinstance(place.target, str):
            transport = process_of(place.target, place.env, place.cwd, errors)
        else:
            from autogen.tools.mcp.web import http_to  # noqa: PLC0415 - only where a server is reached over HTTP

            http = await stack.enter_async_context(http_to(place.headers, self._cut_off))
            transport = streamable_http_client(place.target, http_client=http)
        return Client(transport, message_handler=self._heard, raise_exceptions=False)

    def _cut_off(self, problem: TooMuch) -> None:
        self._too_much = problem

    async def _heard(self, message: object) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._is_stale = True
        elif isinstance(message, TooMuch):
            self._cut_off(message)

    async def _call(self, name: str, arguments: dict[str, Any]) -> str:
        client, place = await self._connected(), self._place
        try:
            async with asyncio.timeout(place.call_s):
                if self._is_stale:
                    await self._look_again(client)
                result = await client.call_tool(name, arguments)
        except TimeoutError:
            raise ToolError(f"{place.name} did not answer within {place.call_s:g} s; {_NOT_KNOWN}.") from None
        except ValidationError as error:
            raise ToolError(f"{place.name} answered what the protocol does not allow.") from error
        except ToolError:
            raise
        except Exception as error:  # the package raises whatever its transports raise
            if isinstance(error, MCPError) and error.error.code != CONNECTION_CLOSED:
                raise ToolError(f"{place.name} refused the call or failed: {error}") from error
            self._is_lost = True
            why = f"it sent {self._too_much}" if self._too_much else type(error).__name__
            raise ToolError(f"{place.name} is gone ({why}); {_NOT_KNOWN}.") from error
        text = text_of_result(result)
        if result.is_error:
            raise ToolError(text or "the tool failed and did not say why")
        return text

    async def _connected(self) -> Client:
        """Return the client; of a new connection, if the server was lost."""
        async with self._mending:
            if self._is_lost and not self._has_ended:
                await self._start_again()
        if self._client is None or self._has_ended:
            raise ToolError(f"{self._place.name} is not connected.")
        return self._client

    async def _start_again(self) -> None:
        name = self._place.name
        if self._restarts == MAX_RESTARTS:
            raise ToolError(f"{name} is gone, and was started again {MAX_RESTARTS} times already.")
        self._restarts += 1
        await self._leave()
        try:
            listed = await self.start()
        except ToolServerFailed as error:
            raise ToolError(f"{name} is gone, and does not start again: {error}") from error
        _notice(f"The tool server {name!r} had ended, and was started again; what it remembered is gone.")
        self._is_stale = digest_of(listed) != self.digest

    async def _look_again(self, client: Client) -> None:
        """Refuse to go on with a server whose tool list has changed."""
        if digest_of(await _listed(client)) != self.digest:
            raise ToolError(CHANGED.format(self._place.name))
        self._is_stale = False

    def _failed_to_start(self, error: BaseException, errors: IO[bytes]) -> ToolServerFailed:
        while isinstance(error, BaseExceptionGroup):
            error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
        if isinstance(error, ToolServerFailed):
            return error
        errors.seek(0, 2)
        errors.seek(max(0, errors.tell() - _TAIL_BYTES))
        told = errors.read().decode("utf-8", "replace").strip()
        why = f"no answer within {self._place.start_s:g} s" if isinstance(error, TimeoutError) else f"{error}"
        failure = ToolServerFailed(
            f"The tool server {self._place.name!r} did not start: {self._too_much or why or type(error).__name__}."
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


def digest_of(tools: list[mcp_types.Tool]) -> str:
    """Return the SHA-256 of a tool list: names, descriptions, schemas."""
    told = sorted((each.name, each.description or "", canonical(each.input_schema)) for each in tools)
    return hashlib.sha256(canonical(told).encode("utf-8", sys.getfilesystemencodeerrors())).hexdigest()


def _notice(text: str) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(text)
