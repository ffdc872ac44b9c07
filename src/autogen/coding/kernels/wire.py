"""Jupyter's messages to and from one kernel, over sockets in a directory; what comes in is taken for hostile.

The messages are made and read by jupyter_client, the sockets are ZeroMQ's. A socket file is opened by handle and never
through a link, and a line that breaks is not knotted again: whatever waits under the name by then is not the kernel.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from autogen.coding.kernels.directory import opened_socket
from autogen.errors import CodeError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

CHANNELS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4, "hb": 5}
_USED = ("shell", "iopub", "control")
_LARGEST_MESSAGE = 32_000_000
_MOST_WAITING = 4
_NUDGE_S = 0.2
# An interrupt that comes as a cell ends can cost its reply, but not the word that the kernel is idle again.
_REPLY_LATE_S = 0.2
_NO_REPLY = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": ["KeyboardInterrupt"]}


class Wire:
    """The three lines to a kernel.

    Args:
        key: what messages are signed with.
        heard: called with (type, content, metadata) of each message that the kernel publishes.
        broken: called once, with a sentence, when a line breaks.
    """

    def __init__(self, key: str, heard: Callable[[str, Any, Any], None], broken: Callable[[str], None]) -> None:
        zmq, context, session = require_libraries()
        self._zmq, self._context = zmq, context()
        self._session = session(key=key.encode())
        self._heard, self._broken = heard, broken
        self._sockets: dict[str, Any] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._is_heard = asyncio.Event()
        self._replies: dict[str, asyncio.Future[Any]] = {}

    async def connect(self, directory: Path) -> None:
        """Connect to the sockets in a directory, and wait until the kernel is heard.

        Raises:
            CodeError: there is no such socket.
        """
        with ExitStack() as held:  # ZeroMQ connects in its own time
            for channel in _USED:
                address = held.enter_context(_address_of(directory, f"s-{CHANNELS[channel]}"))
                self._sockets[channel] = self._connected(channel, address)
            while not self._is_heard.is_set():  # what is published before the line stands is lost
                await self._nudge()

    async def _nudge(self) -> None:
        """Ask for something, and wait a little for anything that is published with the answer."""
        await self._send("control", "kernel_info_request", {})
        with suppress(TimeoutError):
            async with asyncio.timeout(_NUDGE_S):
                await self._is_heard.wait()

    def _connected(self, channel: str, address: str) -> Any:
        is_listener = channel == "iopub"
        socket: Any = self._context.socket(self._zmq.SUB if is_listener else self._zmq.DEALER)
        socket.linger, socket.reconnect_ivl = 0, -1
        socket.maxmsgsize, socket.rcvhwm = _LARGEST_MESSAGE, _MOST_WAITING
        if is_listener:
            socket.subscribe(b"")
        monitor = socket.get_monitor_socket(self._zmq.EVENT_DISCONNECTED)
        socket.connect(address)
        self._tasks += [asyncio.create_task(self._watch(monitor)), asyncio.create_task(self._listen(socket, channel))]
        return socket

    def ask(self, code: str) -> asyncio.Future[Any]:
        """Have code run; the future gets the content of the reply."""
        content: dict[str, Any] = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message = self._session.msg("execute_request", content)
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._replies = {message["header"]["msg_id"]: reply}
        self._sockets["shell"].send_multipart(self._session.serialize(message))
        return reply

    async def interrupt(self) -> None:
        """Ask the kernel to interrupt what it runs."""
        await self._send("control", "interrupt_request", {})

    def close(self) -> None:
        """Cut the lines."""
        for task in self._tasks:
            task.cancel()
        self._context.destroy(linger=0)

    async def _send(self, channel: str, kind: str, content: dict[str, Any]) -> None:
        await self._sockets[channel].send_multipart(self._session.serialize(self._session.msg(kind, content)))

    async def _watch(self, monitor: Any) -> None:
        await monitor.recv_multipart()
        self._broken("its line broke")

    async def _listen(self, socket: Any, channel: str) -> None:
        while True:
            frames = await socket.recv_multipart()
            try:
                self._take(frames, channel)
            except Exception:  # noqa: BLE001, S112 - a forged message can be anything; it is not answered
                continue

    def _take(self, frames: list[bytes], channel: str) -> None:
        _, parts = self._session.feed_identities(frames)
        message = self._session.deserialize(parts)
        kind, parent = str(message["header"]["msg_type"]), str(message["parent_header"].get("msg_id"))
        if channel == "iopub":
            self._is_heard.set()
            if kind == "status" and message["content"]["execution_state"] == "idle":
                asyncio.get_running_loop().call_later(_REPLY_LATE_S, self._answer, parent, _NO_REPLY)
            self._heard(kind, message["content"], message["metadata"])
        elif kind == "execute_reply":
            self._answer(parent, message["content"])

    def _answer(self, request: str, content: Any) -> None:
        """Settle a request, unless that is done."""
        reply = self._replies.get(request)
        if reply is not None and not reply.done():
            reply.set_result(content)


@contextmanager
def _address_of(directory: Path, name: str) -> Generator[str]:
    """Give an address of the very socket that has this name now, however long its path is.

    Raises:
        CodeError: it is none.
    """
    if not hasattr(os, "O_PATH"):  # not Linux: no sandbox either, and so nobody to deceive
        yield f"ipc://{directory / name}"
        return
    try:
        handle = opened_socket(directory, name)
    except OSError as error:
        raise CodeError(f"the kernel made no socket in the work dir ({error.strerror})") from error
    try:
        yield f"ipc:///proc/self/fd/{handle}"
    finally:
        os.close(handle)


def require_libraries() -> tuple[Any, Any, Any]:
    """Return ZeroMQ, its contexts, and the maker of messages.

    Raises:
        MissingExtra: they are not installed.
    """
    try:
        import zmq  # noqa: PLC0415 - an extra
        from jupyter_client.session import Session  # noqa: PLC0415 - likewise
        from zmq.asyncio import Context  # noqa: PLC0415 - likewise
    except ImportError:
        raise MissingExtra("jupyter", needed_by="a kernel that keeps variables") from None
    return zmq, Context, Session
