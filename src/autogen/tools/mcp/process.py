"""A tool server in a process of its own, spoken to over its standard input and output, a line for each message.

Lines have a cap, and so has what is not the protocol's: a server that goes beyond it is cut off. Its whole process group
ends with the connection.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import anyio
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]

MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_RUBBISH_LINES = 100
LEAVING_S = 2.0
"""How long a server has to end by itself once nobody speaks to it any more, and again after it is told to."""


class TooMuch(ValueError):
    """What a server said is beyond a cap."""


@asynccontextmanager
async def process_of(
    command: Sequence[str], env: Mapping[str, str], cwd: str | None, errors: IO[bytes]
) -> AsyncGenerator[Streams]:
    """Start a server, and give the streams of messages from it and to it; it ends with the block.

    Args:
        command: and its arguments.
        env: variables beside a few harmless ones; keys of this process are not passed on.
        cwd: where it runs.
        errors: takes what it writes to standard error.

    Raises:
        OSError: it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env={**get_default_environment(), **env},
        cwd=cwd,
        limit=MAX_LINE_BYTES,
        start_new_session=sys.platform != "win32",
    )
    faults: list[str] = []
    try:
        async with _spoken_to(process, faults) as streams:
            yield streams
    finally:
        await _end(process, at_once=bool(faults))


@asynccontextmanager
async def _spoken_to(process: asyncio.subprocess.Process, faults: list[str]) -> AsyncGenerator[Streams]:
    heard, listening = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    speaking, said = anyio.create_memory_object_stream[SessionMessage](0)
    async with asyncio.TaskGroup() as group:
        tasks = group.create_task(_listen(process, heard, faults)), group.create_task(_speak(process, said, heard))
        try:
            with heard, listening, speaking, said:
                yield listening, speaking
        finally:
            for task in tasks:
                task.cancel()


async def _listen(process: asyncio.subprocess.Process, heard: MemoryObjectSendStream[Any], faults: list[str]) -> None:
    """Pass on what the server says, until it ends or says too much."""
    assert process.stdout is not None
    rubbish = 0
    with heard, suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        while not faults:
            try:
                message = _message_in(await process.stdout.readuntil(b"\n"))
            except asyncio.IncompleteReadError:
                return
            except asyncio.LimitOverrunError:
                message = TooMuch(f"a line of more than {MAX_LINE_BYTES} bytes")
            rubbish += isinstance(message, ValueError)
            if rubbish == MAX_RUBBISH_LINES:
                message = TooMuch(f"{rubbish} lines that are no messages")
            if isinstance(message, TooMuch):
                faults.append(str(message))
            await heard.send(message)


def _message_in(line: bytes) -> SessionMessage | ValueError:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return error


async def _speak(
    process: asyncio.subprocess.Process,
    said: MemoryObjectReceiveStream[SessionMessage],
    heard: MemoryObjectSendStream[Any],
) -> None:
    """Say to the server what is to be said; where it does not listen any more, the connection has ended."""
    assert process.stdin is not None
    try:
        async for each in said:
            text = each.message.model_dump_json(by_alias=True, exclude_unset=True)
            process.stdin.write(text.encode("utf-8", "replace") + b"\n")
            await process.stdin.drain()
    except (OSError, anyio.ClosedResourceError):
        heard.close()


async def _end(process: asyncio.subprocess.Process, *, at_once: bool) -> None:
    """Close the server's input, give it a moment, and end it with all that it has started; `at_once` without a moment."""
    assert process.stdin is not None
    process.stdin.close()
    kill = getattr(signal, "SIGKILL", signal.SIGTERM)
    for number in (kill,) if at_once else (None, signal.SIGTERM, kill):
        if number is not None:
            _signal_all(process, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_S):
                await _exit_of(process)
                break
    _signal_all(process, kill)  # what it has left behind
    transport: Any = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()


async def _exit_of(process: asyncio.subprocess.Process) -> None:
    """Return when the process has ended; its pipes may be held open by others."""
    while process.returncode is None:  # noqa: ASYNC110 - what there is to wait for waits for the pipes too
        await asyncio.sleep(0.01)


def _signal_all(process: asyncio.subprocess.Process, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, number)
