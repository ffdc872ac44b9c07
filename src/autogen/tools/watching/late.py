"""Calls that were given up, by their time limit or a cancellation, and go on all the same: what comes of them is noted.

It is recorded as a `ToolEndedLate`, and the model is never told as if it had come in time.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.core.sync import WORKER_NAME
from autogen.events import ToolEndedLate
from autogen.tools.results import cut, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.tools.context import ToolContext

_logger = logging.getLogger("autogen.tools")

SHOWN_CHARS = 2_000


class Ending:
    """Follows one call to its end, whenever that is."""

    __slots__ = ("_began", "_context", "_is_given_up", "_lock", "_loop", "_name", "_outcome", "_scope", "_thread")

    def __init__(self, name: str, context: ToolContext) -> None:
        self._name, self._context, self._scope = name, context, current_scope()
        self._loop, self._began, self._lock = asyncio.get_running_loop(), time.monotonic(), threading.Lock()
        self._is_given_up = False
        self._thread = ""
        self._outcome: tuple[bool, Any] | None = None

    def followed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose end is noted; the thread it gets is named after the tool."""

        def noted(*args: Any, **kwargs: Any) -> Any:
            thread = threading.current_thread()
            if thread.name == WORKER_NAME:
                thread.name = f"autogen-tool-{self._name}"
            self._thread = thread.name
            try:
                value = function(*args, **kwargs)
            except BaseException as error:
                self._has_ended(False, error)  # noqa: FBT003 - as in the event
                raise
            self._has_ended(True, value)  # noqa: FBT003 - as in the event
            return value

        return noted

    def give_up(self, task: asyncio.Future[Any] | None = None) -> None:
        """Note that nobody waits any more for the call, nor for the task that it may be."""
        if task is not None and not task.done():
            task.add_done_callback(self._task_has_ended)
            self._notice(": it does not let itself be cancelled")
            self._is_given_up = True
            return
        with self._lock:
            self._is_given_up = True
            outcome = self._outcome
        if outcome is not None:  # it ended in the same moment
            self._tell(*outcome)
        elif self._thread:
            self._notice(f" in the thread {self._thread!r}, which cannot be stopped")

    def _has_ended(self, ok: bool, outcome: Any) -> None:  # noqa: FBT001 - as in the event
        with self._lock:
            self._outcome = ok, outcome
            is_late = self._is_given_up
        if is_late and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, ok, outcome)

    def _task_has_ended(self, task: asyncio.Future[Any]) -> None:
        if not task.cancelled():
            error = task.exception()
            self._tell(error is None, error or task.result())

    def _tell(self, ok: bool, outcome: Any) -> None:  # noqa: FBT001 - as in the event
        said = to_text(outcome) if ok else f"{type(outcome).__name__}: {outcome}"
        after_s = time.monotonic() - self._began
        agent = self._context.agent
        source, shown = agent.name if agent is not None else "", cut(said, SHOWN_CHARS)
        facts = (self._name, self._context.call_id, ok, shown, after_s)
        scope = self._scope
        if scope is not None and not scope.run.is_over:
            scope.emit(ToolEndedLate, source, *facts)
            return
        _logger.warning("The tool %r ended %.1f s after it was called, too late: %s", self._name, after_s, shown)
        if scope is not None:  # its record is closed
            scope.run.tell(ToolEndedLate(source, scope.run.id, 0, scope.id, scope.run.now(), *facts))

    def _notice(self, how: str) -> None:
        text = f"The tool {self._name!r} was given up and goes on{how}."
        if self._scope is None:
            _logger.warning(text)
        else:
            agent = self._context.agent
            self._scope.notice(text, agent.name if agent is not None else "")
