"""Where text goes and where it comes from: the classic `IOStream`, and the terminal behind it by default."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from select import select
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Generator

_GLANCE_S = 0.1


@runtime_checkable
class OutputStream(Protocol):
    """Takes text."""

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        """Show the objects as text, as the built-in `print` would."""
        ...


@runtime_checkable
class InputStream(Protocol):
    """Gives text."""

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Ask for a line of text; what is typed as a password is not shown.

        Raises:
            EOFError: there is nothing more to read.
        """
        ...


@runtime_checkable
class IOStream(OutputStream, InputStream, Protocol):
    """Takes and gives text; a base class for streams of one's own."""

    @staticmethod
    def get_default() -> IOStream:
        """Return the stream in use here: the one set in this context, or the process's."""
        return _chosen.get() or _process.stream

    @staticmethod
    @contextmanager
    def set_default(stream: IOStream | None) -> Generator[None]:
        """Use a stream for what runs inside this block, in this context only; `None` means the process's."""
        token = _chosen.set(stream)
        try:
            yield
        finally:
            _chosen.reset(token)

    @staticmethod
    def get_global_default() -> IOStream:
        """Return the stream of the process, in use wherever no other is set."""
        return _process.stream

    @staticmethod
    def set_global_default(stream: IOStream) -> None:
        """Use a stream in the whole process, wherever no other is set."""
        _process.stream = stream


class IOConsole(IOStream):
    """The terminal, by `print`, `input` and `getpass`."""

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        """Print the objects."""
        print(*objects, sep=sep, end=end, flush=flush)  # noqa: T201 - this is where everything printed ends up

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Read a line from the terminal.

        Raises:
            EOFError: there is nothing more to read.
        """
        if not password:
            if not _is_plain_terminal():
                return input(prompt)
            self.print(prompt, end="", flush=True)
            _wait_for_line()
            return input()
        from getpass import getpass  # noqa: PLC0415 - rarely wanted

        return getpass(prompt or "Password: ")


def _is_plain_terminal() -> bool:
    """Tell whether the built-in `input` itself would read a line that the terminal has put together."""
    if not isinstance(input, BuiltinFunctionType) or "readline" in sys.modules or os.name != "posix":
        return False
    try:
        return sys.stdin.isatty() and sys.stdin.fileno() == 0
    except (AttributeError, OSError, ValueError):  # no standard input, a closed one, or one without a file
        return False


def _wait_for_line() -> None:
    """Return once a line can be read.

    A signal that arrives just before the built-in `input` begins to read would be noticed after the next line only.
    """
    while not select([0], [], [], _GLANCE_S)[0]:
        pass


class _Process:
    """What the process as a whole has chosen."""

    stream: IOStream


_chosen: ContextVar[IOStream | None] = ContextVar("autogen_stream", default=None)
_process = _Process()
_process.stream = IOConsole()
