"""What a tool changes of the whole process: the working directory, and what the signals of the terminal do.

A tool runs in the program's own process, so it can; it is told where that is cheap to see. Nothing is put back: maybe it
is what the tool is for.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope

if TYPE_CHECKING:
    from collections.abc import Callable

_logger = logging.getLogger("autogen.tools")
_handler_of: Callable[[int], Any] = getattr(sys.modules.get("_signal"), "getsignal", signal.getsignal)
"""Asked directly: the module around it looks up a name for each handler, which costs more than all else here."""

_INTERRUPT, _TERMINATE = int(signal.SIGINT), int(signal.SIGTERM)

Surroundings = tuple[str, Any, Any]
"""The working directory, and what happens at an interrupt and at a termination."""


def look_around() -> Surroundings:
    """Return how things are now."""
    try:
        directory = os.getcwd()  # noqa: PTH109 - a Path costs ten times as much
    except OSError:  # it has been removed
        directory = ""
    return directory, _handler_of(_INTERRUPT), _handler_of(_TERMINATE)


def tell_changes(name: str, before: Surroundings) -> None:
    """Tell what has changed while a tool ran, as a notice."""
    now = look_around()
    if now == before:
        return
    what = (f"the working directory (now {now[0] or 'gone'!r})", "what SIGINT (Ctrl-C) does", "what SIGTERM does")
    changes = [each for each, old, new in zip(what, before, now, strict=True) if old != new]
    text = (
        f"While the tool {name!r} ran, it changed for the whole program: {' and '.join(changes)}. Run what does so in a "
        "process of its own."
    )
    scope = current_scope()
    if scope is None:
        _logger.warning(text)
    else:
        scope.notice(text)
