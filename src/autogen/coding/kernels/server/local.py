"""A Jupyter server started here, in the sandbox: a socket of its own inside, a port of this machine in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import weakref
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autogen.coding.kernels.directory import hidden_directory, opened_socket
from autogen.coding.kernels.keeper import check_place
from autogen.coding.kernels.process import FOR_EVER_S, KernelProcess
from autogen.coding.kernels.server.asking import wait_until_it_answers
from autogen.coding.kernels.server.connection import JupyterConnectionInfo
from autogen.coding.local import LocalCommandLineCodeExecutor
from autogen.coding.places.place import Caps
from autogen.coding.places.supervisor import Kept
from autogen.core.sync import on_background_loop, sync_of
from autogen.core.twins import Twins
from autogen.errors import CodeError

if TYPE_CHECKING:
    from autogen.coding.places.place import Place

_START_S, _LOOK_S = 60.0, 0.1
_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40, "CRITICAL": 50}
_CHUNK = 65536


class LocalJupyterServer(Twins):
    """Runs a Jupyter server on this machine, for `JupyterCodeExecutor`: contained as other code is, kernels and all.

    Needs the package `jupyter-server` where the code runs. It ends with `stop()`, this object or this program.

    Args:
        ip: where its port is; anything but this machine's own address lets others in who know the token.
        port: which; `None` for any that is free.
        token: what clients show; a new one by default.
        log_file: where to write what the server says; by default it is kept in memory, for errors.
        log_level: what it says.
        log_max_bytes: how much is kept of it.
        log_backup_count: without meaning here.
        work_dir: where the code runs.
        options: further keywords of `LocalCommandLineCodeExecutor`: `sandbox`, `network`, `caps`, …

    Raises:
        CodeError: it cannot be started; says why.
        SandboxUnavailable: nothing here can contain it; names the ways out.
    """

    class GenerateToken:
        """Asks for a new token."""

    def __init__(
        self,
        ip: str = "127.0.0.1",
        port: int | None = None,
        token: str | GenerateToken | None = None,
        log_file: str | None = None,
        log_level: str = "INFO",
        log_max_bytes: int = 1_048_576,
        log_backup_count: int = 3,
        *,
        work_dir: Path | str = ".",
        **options: Any,
    ) -> None:
        del log_backup_count
        if log_level.upper() not in _LEVELS:
            raise ValueError(f"log_level={log_level!r} is not known (known: {', '.join(_LEVELS)})")
        self._programs = LocalCommandLineCodeExecutor(work_dir=work_dir, **options)
        self._caps = options.get("caps") or Caps()
        self._ip, self._level = ip, _LEVELS[log_level.upper()]
        self._token = token if isinstance(token, str) else secrets.token_hex(32)
        self._log, self._log_file = Kept(log_max_bytes), Path(log_file) if log_file else None
        self._process: KernelProcess | None = None
        self._held = AsyncExitStack()
        self._port, self._socket, self._front = port or 0, -1, None
        self.start()

    async def a_start(self) -> None:
        """Start it, and return once it answers; it is started already when it is made."""
        place = await self._programs.find_place()
        check_place(place)
        await on_background_loop(self._start, place)
        try:
            await wait_until_it_answers(self.connection_info)
        except BaseException:
            await self.a_stop()
            raise

    start = sync_of(a_start)

    async def a_stop(self) -> None:
        """End it with all its kernels."""
        await on_background_loop(self._stop)

    stop = sync_of(a_stop)

    @property
    def connection_info(self) -> JupyterConnectionInfo:
        """Where it is."""
        return JupyterConnectionInfo(self._ip, use_https=False, port=self._port, token=self._token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _start(self, place: Place) -> None:
        python = self._programs.interpreter(place).executable
        program = Path(__file__).with_name("inside.py").read_text("utf-8")
        opened = self._programs.gate(place, self._programs.command(place, (python, "-c", program)))
        command = replace(await self._held.enter_async_context(opened), timeout_s=FOR_EVER_S)
        process = self._process = KernelProcess(place, command, self._caps, self._say)
        with hidden_directory(command.work_dir) as directory:
            settings = {"socket": f"{directory.name}/s", "token": self._token, "log_level": self._level}
            await process.start(json.dumps(settings).encode() + b"\n")
            weakref.finalize(self, process.kill)
            try:
                async with asyncio.timeout(_START_S):
                    self._socket = await _socket_in(directory, process)
            except TimeoutError:
                raise CodeError(f"the Jupyter server was not ready within {_START_S:g} s. {self._said()}") from None
        if process.over.done():
            raise CodeError(self._why_not_started(python, process.over.result()))
        self._front = await asyncio.start_server(_forwarder(self._socket), self._ip, self._port)
        self._port = self._front.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._front is not None:
            self._front.close()
            self._front = None
        process, self._process = self._process, None
        if process is not None:
            await process.end()
        await self._held.aclose()
        if self._socket >= 0:
            os.close(self._socket)
            self._socket = -1

    def _why_not_started(self, python: str, reason: str) -> str:
        if "No module named 'jupyter_server" in self._said():
            return (
                f"{python}, which runs the code, has no jupyter-server. Install it there "
                f"({python} -m pip install jupyter-server), or use KernelCodeExecutor, which needs none."
            )
        return f"the Jupyter server could not be started: {reason}. {self._said()}"

    def _said(self) -> str:
        return self._log.text()[-2000:].replace(self._token, "[redacted]")

    def _say(self, data: bytes) -> None:
        self._log.add(data)
        if self._log_file is not None:
            with self._log_file.open("ab") as file:
                file.write(data)


async def _socket_in(directory: Path, process: KernelProcess) -> int:
    """Return a handle of the server's socket, as soon as there is one; -1 if the process has ended."""
    while not process.over.done():
        with contextlib.suppress(OSError):
            return opened_socket(directory, "s")
        await asyncio.sleep(_LOOK_S)
    return -1


def _forwarder(socket: int) -> Any:
    """Return what serves each connection by one to the socket: to that very socket, whatever has its name by now."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(f"/proc/self/fd/{socket}")
        except OSError:
            writer.close()
            return
        there = asyncio.create_task(_pass_on(reader, inner_writer))
        back = asyncio.create_task(_pass_on(inner_reader, writer))
        await asyncio.wait({there, back})

    return forward


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
