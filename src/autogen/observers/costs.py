"""What each message cost: an observer that adds up the model calls between one message of an agent and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autogen.events import Event, MessageSent, StepEnded
from autogen.usage import UsageTotals

if TYPE_CHECKING:
    from autogen.messages import ChatMessage


class MessageCost(NamedTuple):
    """A message, who said it, and the model calls that went into it; none for a message of a human or a tool."""

    source: str
    message: ChatMessage
    usage: UsageTotals


class CostObserver:
    """Keeps what each message and each agent cost.

    Attributes:
        messages: oldest first.
        by_agent: totals by the agent's name, summaries and choices of speakers included.
    """

    def __init__(self) -> None:
        self.messages: list[MessageCost] = []
        self.by_agent: dict[str, UsageTotals] = {}
        self._pending: dict[str, UsageTotals] = {}

    def on_event(self, event: Event) -> None:
        """Take notice of model calls and messages."""
        if isinstance(event, StepEnded) and event.kind == "model" and event.error is None:
            self.by_agent.setdefault(event.source, UsageTotals()).add(event.usage)
            self._pending.setdefault(event.source, UsageTotals()).add(event.usage)
        elif isinstance(event, MessageSent):
            self.messages.append(
                MessageCost(event.source, event.message, self._pending.pop(event.source, UsageTotals()))
            )
