"""A run that this process writes, and what the table of runs tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.events import ChatEnded, ChatStarted, MessageSent, RunEnded, StepEnded
from autogen.stores.rows import Writer

if TYPE_CHECKING:
    from autogen.events import Event
    from autogen.stop_reason import StopReason

_MOST_CHARS = 200

Statement = tuple[str, tuple[Any, ...]]


class Held:
    """A run that this process writes."""

    __slots__ = (
        "agents",
        "cost_usd",
        "ended",
        "is_lost",
        "messages",
        "number",
        "opening",
        "reason",
        "tokens",
        "writer",
    )

    def __init__(self, number: int, position: int) -> None:
        self.number = number
        self.writer = Writer(position)
        self.agents = self.opening = self.is_lost = False
        self.messages = self.tokens = 0
        self.cost_usd = 0.0
        self.ended: RunEnded | None = None
        self.reason: StopReason | None = None

    def count(self, event: Event) -> None:
        """Add up what the table of runs tells."""
        if isinstance(event, MessageSent):
            self.messages += 1
        elif isinstance(event, StepEnded) and event.usage is not None:
            self.tokens += event.usage.total_tokens
            self.cost_usd += event.usage.cost_usd or 0.0
        elif isinstance(event, RunEnded):
            self.ended = event
        elif isinstance(event, ChatEnded) and event.depth == 0:
            self.reason = event.reason

    def settle(self) -> Statement | None:
        """Return what is to change in the table of runs when the run is let go of."""
        return None if self.ended is None else self.note(self.ended)

    def note(self, event: Event) -> Statement | None:
        """Return what is to change in the table of runs, if anything."""
        if isinstance(event, MessageSent) and not self.opening:
            self.opening = True
            content = event.message.get("content")
            words = content if isinstance(content, str) else ""
            return "UPDATE runs SET opening = coalesce(opening, ?) WHERE number = ?", (_clean(words), self.number)
        if isinstance(event, ChatStarted) and not self.agents:
            self.agents = True
            names = _clean(", ".join(event.members))
            return "UPDATE runs SET agents = coalesce(agents, ?) WHERE number = ?", (names, self.number)
        if isinstance(event, RunEnded):
            reason = self.reason if event.error is None and self.reason is not None else event.reason
            return (
                "UPDATE runs SET ended = ?, reason = ?, detail = ?, messages = ?, tokens = ?, cost_usd = ? WHERE number = ?",
                (event.time, reason.kind, _clean(reason.detail), self.messages, self.tokens, self.cost_usd,
                 self.number),
            )  # fmt: skip
        return None


def _clean(words: str) -> str:
    return words[:_MOST_CHARS].replace("\0", " ").encode("utf-8", "backslashreplace").decode()
