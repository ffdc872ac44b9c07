"""A server that answers every request with the same bytes, whatever they are, and keeps what it was sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class CannedServer:
    """Listens on a free port of this machine; a `hole` answers the first request by closing the line."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.received: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line, contextlib.suppress(OSError):
                    line.settimeout(5)
                    self.received.append(line.recv(65536))
                    line.sendall(self._answer)
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(65536):
                        pass


def answer(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return an HTTP answer; `length` is what it says of itself."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class CuttingProxy:
    """Stands before a server, and cuts the line before the answer to the requests of these numbers."""

    def __init__(self, url: str, cut: set[int]) -> None:
        self._port, self._cut, self._count = int(url.rpartition(":")[2]), cut, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._count += 1
                threading.Thread(target=self._hand_on, args=(client, self._count in self._cut), daemon=True).start()

    def _hand_on(self, client: socket.socket, is_cut: bool) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server, contextlib.suppress(OSError):
            server.settimeout(10)
            back = threading.Thread(target=_copy, args=(client, server), daemon=True)
            back.start()
            while data := server.recv(65536):
                if is_cut:
                    break
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
