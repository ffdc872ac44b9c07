"""Tells of an async tool that holds the event loop: everything else stands still while it does."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

_logger = logging.getLogger("autogen.tools")

HELD_S = 1.0


class Watched:
    """Something to await whose steps are timed; one that takes longer than a second is told as a notice."""

    __slots__ = ("_name", "_running")

    def __init__(self, running: Coroutine[Any, Any, Any], name: str) -> None:
        self._running, self._name = running, name

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self._running.__await__()
        proceed: Callable[[], Any] = partial(inner.send, None)
        while True:
            began = time.perf_counter()
            try:
                waits_for = proceed()
            except StopIteration as end:
                return end.value
            finally:
                self._look(time.perf_counter() - began)
            try:
                proceed = partial(inner.send, (yield waits_for))
            except BaseException as error:  # noqa: BLE001 - handed on to the tool: a cancellation, say
                proceed = partial(inner.throw, error)

    def _look(self, took_s: float) -> None:
        if took_s < HELD_S:
            return
        text = (
            f"The async tool {self._name!r} held the event loop for {took_s:.1f} s; nothing else could go on. "
            "Make it a plain function, which runs in a thread, or await what takes long."
        )
        scope = current_scope()
        if scope is None:
            _logger.warning(text)
        else:
            scope.notice(text)
