"""Humans: the port through which a person is asked, and its simplest forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from autogen.core.approval import ApprovalPending
from autogen.core.sync import call

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.events import InputRequested


class Human(Protocol):
    """A person who can be asked."""

    async def ask(self, question: InputRequested) -> str | None:
        """Return the person's words (without the line end), or `None` if nobody is there to answer."""
        ...


class CallbackHuman:
    """A person behind a function, sync or async: it gets the question and returns the answer, or `None`."""

    def __init__(self, answer: Callable[[InputRequested], str | Awaitable[str | None] | None]) -> None:
        self._answer = answer

    async def ask(self, question: InputRequested) -> str | None:
        """Ask the function."""
        return await call(self._answer, question)


class AnswerPending(ApprovalPending):
    """A person was asked who answers later: the run stops here, and goes on when the answer is there."""


class LaterHuman:
    """A person who is not here now: the question stands in the record, and the run stops until it is resumed."""

    async def ask(self, question: InputRequested) -> str | None:
        """Stop the run.

        Raises:
            AnswerPending: always.
        """
        raise AnswerPending(f"{question.source} waits for an answer: {question.prompt:.500}")
