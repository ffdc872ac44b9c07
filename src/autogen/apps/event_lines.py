"""Events for other programs: a line of JSON for each on standard output, and standard error for the person."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from autogen.events import to_dict
from autogen.observers.safe_text import safe_text
from autogen.observers.stream import IOStream

if TYPE_CHECKING:
    from autogen.events import Event


class EventLines:
    """Writes each event to standard output as one line of JSON, in ASCII; pieces of a streamed reply are left out.

    When whoever reads the lines has gone, the process is interrupted as by Ctrl-C: nobody wants the rest.
    """

    wants_tokens = False

    def __init__(self) -> None:
        self._is_read = True

    def on_event(self, event: Event) -> None:
        """Write it."""
        if not self._is_read:
            return
        try:
            sys.stdout.write(json.dumps(to_dict(event), default=repr) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self._is_read = False
            os.kill(os.getpid(), signal.SIGINT)


class OnStandardError(IOStream):
    """Asks and tells on standard error, reads standard input: standard output belongs to another program."""

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        """Show the objects."""
        sys.stderr.write(safe_text(sep.join(map(str, objects))) + end)
        if flush:
            sys.stderr.flush()

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Ask for a line; a password is typed unseen.

        Raises:
            EOFError: there is nothing more to read.
        """
        if password:
            from getpass import getpass  # noqa: PLC0415 - rarely wanted

            return getpass(prompt, stream=sys.stderr)
        self.print(prompt, end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line
