"""Where in a run this code is called from: one context variable, so that runs in one process never see one another."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from autogen.core.run import Scope

_current: ContextVar[Scope | None] = ContextVar("autogen_scope", default=None)

current_scope: Callable[[], Scope | None] = _current.get
"""Return the place in a run where this code is called from, or `None` outside of any run."""


_step: ContextVar[tuple[int, int]] = ContextVar("autogen_step", default=(-1, 0))


def place_in(scope: Scope) -> int:
    """Return the number of the step that goes on in this scope right here, or of the scope itself."""
    chat, step = _step.get()
    return step if chat == scope.id else scope.id


@contextmanager
def in_step(scope: Scope, step_id: int) -> Generator[None]:
    """Note that a step goes on."""
    token = _step.set((scope.id, step_id))
    try:
        yield
    finally:
        _step.reset(token)


@contextmanager
def entered(scope: Scope) -> Generator[Scope]:
    """Make a scope the current one."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
