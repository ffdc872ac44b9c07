"""Which step goes on right here: what happens inside a step is recorded as its part."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_step: ContextVar[tuple[int, int]] = ContextVar("autogen_step", default=(-1, 0))


def place_in(chat: int) -> int:
    """Return the number of the step that goes on in this chat right here, or of the chat itself."""
    of, step = _step.get()
    return step if of == chat else chat


@contextmanager
def in_step(chat: int, step: int) -> Generator[None]:
    """Note that a step of a chat goes on."""
    token = _step.set((chat, step))
    try:
        yield
    finally:
        _step.reset(token)
