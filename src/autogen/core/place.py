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


@contextmanager
def entered(scope: Scope) -> Generator[Scope]:
    """Make a scope the current one."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
