"""Runs in the log: one line for each event, through the standard library's logging."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from autogen.events import (
    CallQueued,
    ChatEnded,
    ChatStarted,
    InputRequested,
    MessageSent,
    ModelSwitched,
    NoticeRaised,
    RetryScheduled,
    RunEnded,
    StepEnded,
    StepStarted,
    ToolEndedLate,
)
from autogen.observers.safe_text import safe_line
from autogen.observers.wording import content_of, ending
from autogen.redaction import Redactor, redacted, usual_redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event

TEXT_LIMIT = 200


class LogObserver:
    """Writes a log record of one line for each event; streamed pieces are left out, silent chats are not.

    Control characters are written out, so that no text can forge a record. Failures are warnings, retries too, the
    rest is `level`. The event itself is on the record, as `autogen_event`.

    Args:
        logger: where to; the logger "autogen.events" if not given.
        level: of ordinary events.
        text_limit: characters of a text that are kept; 0 keeps what is said out of the log.
        redactor: takes secrets out; the environment's keys and what looks like a key, if not given.
    """

    wants_tokens = False

    def __init__(
        self,
        logger: logging.Logger | None = None,
        level: int = logging.INFO,
        text_limit: int = TEXT_LIMIT,
        redactor: Redactor | None = None,
    ) -> None:
        self._logger = logger or logging.getLogger("autogen.events")
        self._level, self._text_limit = level, text_limit
        self._redactor = redactor or usual_redactor()

    def on_event(self, event: Event) -> None:
        """Log it."""
        describe = _DESCRIBED.get(type(event))
        if describe is None:
            return
        level = self._level_of(event)
        if self._logger.isEnabledFor(level):
            told = self._redactor.text(describe(event, self._text))
            extra = {"autogen_event": redacted(event, self._redactor)}
            self._logger.log(level, "%s %s", event.run_id, safe_line(told), extra=extra)

    def _text(self, text: str) -> str:
        if not self._text_limit:
            return f"({len(text)} characters)"
        return safe_line(self._redactor.text(text), self._text_limit)

    def _level_of(self, event: Event) -> int:
        if isinstance(event, NoticeRaised):
            return self._level if event.level == "info" else logging.getLevelNamesMapping()[event.level.upper()]
        has_failed = isinstance(event, (RetryScheduled, ModelSwitched)) or getattr(event, "error", None) is not None
        return logging.WARNING if has_failed else self._level


def _ended_step(event: StepEnded, text: Callable[[str], str]) -> str:
    outcome = f"failed: {text(event.error)}" if event.error is not None else "done"
    tokens = f", {event.usage.total_tokens} tokens" if event.usage is not None else ""
    return f"{event.source} {event.kind} {event.name} {outcome} after {event.duration_s:.3f} s{tokens}"


_DESCRIBED: dict[type[Any], Callable[[Any, Callable[[str], str]], str]] = {
    ChatStarted: lambda event, _: f"chat {event.step_id} began: {', '.join(event.members)}",
    ChatEnded: lambda event, _: f"chat {event.step_id}: {ending(event)}",
    RunEnded: lambda event, text: f"run ended: {text(event.error or str(event.reason))}",
    MessageSent: lambda event, text: f"{event.source} -> {event.recipient}: {text(content_of(event.message))}",
    StepStarted: lambda event, _: f"{event.source} {event.kind} {event.name} began",
    StepEnded: _ended_step,
    InputRequested: lambda event, text: f"{event.source} asks: {text(event.prompt)}",
    RetryScheduled: lambda event, text: (
        f"retry of {event.model} in {event.wait_s:.1f} s (attempt {event.attempt}): {text(event.error)}"
    ),
    CallQueued: lambda event, _: f"a call of {event.model} waits for {event.limit}, {event.ahead} before it",
    ModelSwitched: lambda event, text: f"{event.failed} failed, asking {event.next}: {text(event.error)}",
    ToolEndedLate: lambda event, text: (
        f"{event.source} tool {event.name} ended too late, after {event.after_s:.1f} s: {text(event.content)}"
    ),
    NoticeRaised: lambda event, text: text(event.text),
}
