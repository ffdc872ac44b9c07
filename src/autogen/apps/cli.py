"""The way in from the command line: `autogen`, of which this file holds what must work before anything is loaded."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 and the signal's number."""


def main() -> int:
    """Run the command that the arguments name, and return its exit code: 0, 1 (failed), 2 (wrong usage) or 130 (Ctrl-C)."""
    try:
        from autogen.apps.commands import run_command  # noqa: PLC0415 - slow to import, and Ctrl-C must work by now

        code = run_command(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        code = INTERRUPTED
    except BrokenPipeError:  # whoever read the output has gone, as in `autogen chat … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed into the pipe
        code = 1
    return code
