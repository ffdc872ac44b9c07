"""The way in from the command line: `autogen`, of which this file holds what must work before anything is loaded."""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 and the signal's number."""


def main() -> int:
    """Run the command that the arguments name, and return its exit code: 0, 1 (failed), 2 (wrong usage) or 130 (stopped)."""
    try:
        _open_what_is_closed()
        _stop_in_order()
        from autogen.apps.commands import run_command  # noqa: PLC0415 - slow to import, and Ctrl-C must work by now

        code = run_command(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        code = INTERRUPTED
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # a reader that has left knows
            sys.stderr.write(f"The output could not be written: {error}\n")
        code = 1
    try:
        sys.stdout.flush()
    except OSError:
        discard_output()
    return code


def discard_output() -> None:
    """Let standard output, and what still waits to be written there, go nowhere: nobody can take it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _open_what_is_closed() -> None:
    """Give a process that was started without one of the standard streams an empty one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for the whole process


def _stop_in_order() -> None:
    """Let the other ways to end a process do what Ctrl-C does, so that no program of a model goes on without us."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
