"""The way in from the command line: `autogen`, of which this file holds what must work before anything is loaded."""

from __future__ import annotations

import sys

from autogen.apps.process import INTERRUPTED, discard_output, open_what_is_closed, stop_in_order


def main() -> int:
    """Run the command that the arguments name, and return its exit code: 0, 1 (failed), 2 (wrong usage) or 130 (stopped)."""
    try:
        open_what_is_closed()
        stop_in_order()
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
