"""Which step goes on right here: what happens inside a step is recorded as its part."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

_step: ContextVar[tuple[int, int]] = ContextVar("autogen_step", default=(-1, 0))


def place_in(chat: int) -> int:
    """Return the number of the step that goes on in this chat right here, or of the chat itself."""
    of, step = _step.get()
    return step if of == chat else chat


def within(perform: Callable[[int], Awaitable[T]], chat: int) -> Callable[[int], Awaitable[T]]:
    """Have what happens inside a step of a chat know that it does."""

    async def noted(step: int) -> T:
        token = _step.set((chat, step))
        try:
            return await perform(step)
        finally:
            _step.reset(token)

    return noted
