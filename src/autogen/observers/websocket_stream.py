"""Text over a websocket: each client that connects gets a stream of its own, and a thread in which its chat runs."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from queue import Full, Queue
from typing import TYPE_CHECKING, Any

from autogen.errors import MissingExtra
from autogen.observers.stream import IOStream

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator

    from websockets.sync.server import Server, ServerConnection

_MOST_WAITING = 10_000
"""Texts that may wait for a slow client before it is cut off."""
_FAREWELL_S = 5.0
_THIS_MACHINE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


class IOWebsockets(IOStream):
    """Sends what is printed to a client, and asks the client for input.

    Printing never waits for the client: a client that reads too slowly, with 10,000 texts waiting, is cut off.
    """

    def __init__(self, websocket: ServerConnection) -> None:
        self._websocket = websocket
        self._waiting: Queue[str | None] = Queue(_MOST_WAITING)
        self._has_left = False
        self._sender = threading.Thread(target=self._send, name="autogen-websocket", daemon=True)
        self._sender.start()

    @staticmethod
    @contextmanager
    def run_server_in_thread(
        *,
        host: str = "127.0.0.1",
        port: int = 8765,
        on_connect: Callable[[IOWebsockets], None],
        ssl_context: ssl.SSLContext | None = None,
        **kwargs: Any,
    ) -> Generator[str]:
        """Serve while the block runs, and hand out the address: `ws://…`.

        Web pages of other machines are refused; `origins=[…]` names the ones that may connect.

        Args:
            host: where to listen.
            port: where to listen; 0 takes a free one.
            on_connect: called for each client in a thread of its own, with a stream that is the default one there.
            ssl_context: for `wss://`.
            kwargs: passed on to `websockets.sync.server.serve`.

        Raises:
            MissingExtra: the package `websockets` is not installed.
        """
        server = _serve(on_connect, host, port, ssl=ssl_context, **{"origins": [None, _THIS_MACHINE], **kwargs})
        serving = threading.Thread(target=server.serve_forever, name="autogen-websockets", daemon=True)
        serving.start()
        number = server.socket.getsockname()[1]
        try:
            yield f"{'wss' if ssl_context else 'ws'}://{f'[{host}]' if ':' in host else host}:{number}"
        finally:
            server.shutdown()
            serving.join()

    @property
    def websocket(self) -> ServerConnection:
        """The connection."""
        return self._websocket

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:  # noqa: ARG002 - each text is sent at once
        """Send the objects as text.

        Raises:
            BrokenPipeError: the client has left, or was too slow.
        """
        if self._has_left:
            raise BrokenPipeError("the client of this websocket has left")
        try:
            self._waiting.put_nowait(f"{sep.join(map(str, objects))}{end}")
        except Full:
            self._has_left = True
            threading.Thread(target=self._websocket.close, args=(1008, "too slow"), daemon=True).start()
            raise BrokenPipeError("the client of this websocket reads too slowly and was cut off") from None

    def input(self, prompt: str = "", *, password: bool = False) -> str:  # noqa: ARG002 - the client shows what it likes
        """Send the prompt, if there is one, and return the client's next message.

        Raises:
            EOFError: the client has left.
        """
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - an extra

        if prompt and not self._has_left:
            self.print(prompt, end="")
        try:
            words = self._websocket.recv()
        except ConnectionClosed as error:
            self._has_left = True
            raise EOFError("the client of this websocket has left") from error
        return words if isinstance(words, str) else words.decode("utf-8", "replace")

    def close(self) -> None:
        """Send what is left, for five seconds at most."""
        if not self._has_left:
            self._waiting.put(None)
            self._sender.join(_FAREWELL_S)

    def _send(self) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - an extra

        while (text := self._waiting.get()) is not None:
            try:
                self._websocket.send(text)
            except ConnectionClosed:
                self._has_left = True
                return


def _serve(on_connect: Callable[[IOWebsockets], None], host: str, port: int, **options: Any) -> Server:
    try:
        from websockets.sync.server import serve  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("websockets", needed_by="IOWebsockets") from None

    def handle(websocket: ServerConnection) -> None:
        stream = IOWebsockets(websocket)
        try:
            with IOStream.set_default(stream):
                on_connect(stream)
        finally:
            stream.close()

    return serve(handle, host, port, **options)
