"""Programs on a real pseudo-terminal, and the screen that a person would see."""

from __future__ import annotations

import os
import pty
import selectors
import subprocess
import sys
import termios
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyte

from tests.observers.screens import settled

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
_WAIT_S = 30
# Ctrl-C reaches a program through its controlling terminal.
_HEAD = "import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
_OWN_TERMINAL = "import sys\n"


class Program:
    """A Python program on a terminal of its own.

    Args:
        source: the program.
        folder: where it is kept and run.
        controls: whether the terminal sends it signals (Ctrl-C, hang-up).
        settings: variables of its environment.
    """

    def __init__(
        self,
        source: str,
        folder: Path,
        *,
        columns: int = 80,
        lines: int = 60,
        controls: bool = True,
        settings: dict[str, str] | None = None,
    ) -> None:
        path = folder / "program.py"
        path.write_text((_HEAD if controls else _OWN_TERMINAL) + textwrap.dedent(source), encoding="utf-8")
        self.written = b""
        self._screen: Any = pyte.Screen(columns, lines)
        self._feed: Callable[[bytes], None] = pyte.ByteStream(self._screen).feed
        self._master, terminal = pty.openpty()
        termios.tcsetwinsize(terminal, (lines, columns))
        kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
        environment = {**kept, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT / "src"), **(settings or {})}
        self.process = subprocess.Popen(
            [sys.executable, str(path)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        os.close(terminal)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._master, selectors.EVENT_READ)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, text: str, times: int = 1) -> None:
        """Return as soon as this is on the screen, so many times."""
        while "\n".join(self.rows()).count(text) < times:
            assert self._read(), f"the program ended without {text!r}:\n" + "\n".join(self.rows())

    def end(self) -> int:
        """Read to the end, and return the exit code."""
        while self._read():
            pass
        return self.process.wait(_WAIT_S)

    def hang_up(self) -> None:
        """Close the terminal."""
        self._ready.close()
        os.close(self._master)

    def rows(self) -> list[str]:
        """Return the rows of the screen, without the empty ones at its end."""
        rows = [settled(row.rstrip()) for row in self._screen.display]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def _read(self) -> bool:
        assert self._ready.select(_WAIT_S), "the program is silent for too long:\n" + "\n".join(self.rows())
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the other end was closed
            return False
        self.written += data
        self._feed(data)
        return bool(data)
