"""The program inside the sandbox, between the code and the proxy: run by path, it needs the standard library only.

It listens on the sandbox's own loopback, hands each connection on to the proxy's UNIX socket, and starts the code. It
holds nothing back and is not trusted: what it hands on is judged outside.
"""

from __future__ import annotations

import os
import socket
import sys
import threading

PORT = 3128
SOCKET = "proxy.sock"
_CHUNK_BYTES = 65536


def main() -> None:
    """Listen, run the code, and end with its exit code."""
    there = os.path.join(os.path.dirname(os.path.abspath(__file__)), SOCKET)  # noqa: PTH100, PTH118, PTH120 - quick to start
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", PORT))
    listener.listen(64)
    child = os.fork()
    if child == 0:
        _become(sys.argv[1:])
    threading.Thread(target=_accept, args=(listener, there), daemon=True).start()
    while True:
        process_id, status = os.waitpid(-1, 0)
        if process_id == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _become(arguments: list[str]) -> None:
    try:
        os.execvp(arguments[0], arguments)  # noqa: S606 - what this is for
    except OSError as error:
        os.write(2, f"{arguments[0]}: {error.strerror}\n".encode("utf-8", "replace"))
        os._exit(127)


def _accept(listener: socket.socket, there: str) -> None:
    while True:
        here, _ = listener.accept()
        away = socket.socket(socket.AF_UNIX)
        try:
            away.connect(there)
        except OSError:
            here.close()
            continue
        for pair in ((here, away), (away, here)):
            threading.Thread(target=_copy, args=pair, daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        data = source.recv(_CHUNK_BYTES)
        while data:
            target.sendall(data)
            data = source.recv(_CHUNK_BYTES)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            end.close()


if __name__ == "__main__":
    main()
