"""Something between a client and an engine, which can fall silent or go away like an engine that is stopped."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class EngineProxy:
    """Listens at a socket of its own and hands everything on."""

    def __init__(self, path: Path, engine: str) -> None:
        self.address = f"unix://{path}"
        self._path, self._engine = path, engine.removeprefix("unix://")
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(16)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fall_silent(self) -> None:
        """Accept, and answer nothing."""
        self._may_answer.clear()

    def answer_again(self) -> None:
        self._may_answer.set()

    def stop(self) -> None:
        """Close all lines and listen no more."""
        self._may_answer.set()
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._path.unlink(missing_ok=True)
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                engine = socket.socket(socket.AF_UNIX)
                self._open += [client, engine]
                engine.connect(self._engine)
                for source, target in ((client, engine), (engine, client)):
                    threading.Thread(target=self._hand_on, args=(source, target), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._may_answer.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
