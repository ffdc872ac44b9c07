"""A terminal for tests: runs a program in a pty of its own, types into it, and tells what it shows."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\n"
AT_ONCE_S = 0.5
_TIME_LIMIT_S = 20.0
_SAMPLE_S = 0.05
# What is run takes the pty as its controlling terminal, so that Ctrl-C reaches it.
_IN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CLEAR_LINE = "\r\x1b[K"


class Terminal:
    """A program in a terminal of its own.

    Args:
        arguments: the program, by its path, and its arguments.
        folder: where it runs.
        environment: its whole environment.
        columns: the width of the terminal.

    Attributes:
        raw: all that it has shown, escape sequences included.
    """

    def __init__(
        self, arguments: list[str], folder: Path, environment: Mapping[str, str], *, columns: int = 100
    ) -> None:
        self.raw = ""
        self._seen = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_TERMINAL, *arguments],
            cwd=folder,
            env={**environment, "TERM": "xterm-256color"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def wait_for(self, words: str) -> None:
        """Read on until words are shown, after those that were waited for before."""
        deadline = time.monotonic() + _TIME_LIMIT_S
        while (found := self.raw.find(words, self._seen)) < 0:
            if not self._read(deadline):
                raise AssertionError(f"{words!r} was not shown, but: {self.raw[self._seen :]!r}")
        self._seen = found + len(words)

    def ended(self) -> int:
        """Read on to the end, and return the exit code."""
        deadline = time.monotonic() + _TIME_LIMIT_S
        while self._read(deadline):
            pass
        return self.process.wait(max(0.0, deadline - time.monotonic()))

    def stops_at_once(self) -> int:
        """Press Ctrl-C, and return the exit code; it must be there within half a second of a machine that is free."""
        pressed = time.monotonic()
        self.type(CTRL_C)
        code = self.ended()
        took_s = time.monotonic() - pressed
        assert took_s < AT_ONCE_S or took_s < AT_ONCE_S * _slowness(), f"it took {took_s:.2f} s"
        return code

    def _read(self, deadline: float) -> bool:
        """Read what is shown next; `False` at the end."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError(f"nothing more is shown, after: {self.raw[-2_000:]!r}")
        try:
            piece = os.read(self._master, 65_536)
        except OSError as error:  # how Linux tells that nobody holds the other end
            if error.errno != errno.EIO:
                raise
            return False
        self.raw += piece.decode(errors="replace")
        return bool(piece)


def _slowness() -> float:
    """Return how many times longer than on a free machine a piece of work takes here and now, at least 1."""
    began, used = time.monotonic(), time.process_time()
    while time.process_time() - used < _SAMPLE_S:
        pass
    waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    return max(1.0, waiting, (time.monotonic() - began) / _SAMPLE_S)


def shown(raw: str) -> str:
    """Return what stays on the screen, line by line, colours included: what was cleared or written over is gone."""
    lines = raw.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rsplit(_CLEAR_LINE, 1)[-1].rstrip("\r") for line in lines)


def plain(raw: str) -> str:
    """Return what stays on the screen, as text; without the terminal's own `^C`, which may come at any moment."""
    return _SEQUENCE.sub("", shown(raw)).replace("^C", "")
