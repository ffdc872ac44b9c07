"""Events for other programs: a line of JSON for each on standard output, and standard error for the person."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from autogen.apps.process import discard_output
from autogen.events import to_dict
from autogen.observers.safe_text import safe_text
from autogen.observers.stream import IOStream

if TYPE_CHECKING:
    from autogen.events import Event


class EventLines:
    """Writes each event to standard output as one line of JSON, in ASCII; pieces of a streamed reply are left out.

    Where they cannot be written any more, the process is interrupted as by Ctrl-C: nobody wants the rest.

    Attributes:
        failure: why they could not be written, or `None`.
    """

    wants_tokens = False

    def __init__(self) -> None:
        self.failure: OSError | None = None

    def on_event(self, event: Event) -> None:
        """Write it."""
        if self.failure is not None:
            return
        try:
            sys.stdout.write(json.dumps(to_dict(event), default=repr) + "\n")
            sys.stdout.flush()
        except OSError as error:
            self.failure = error
            discard_output()
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
        if not sys.stdin.isatty():  # a terminal shows what is typed
            self.print(line.rstrip("\n"), flush=True)
        if not line:
            raise EOFError
        return line
