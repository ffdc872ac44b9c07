"""The result of a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autogen.messages import ChatMessage
from autogen.usage import UsageTotals

if TYPE_CHECKING:
    from autogen.stop_reason import StopReason


def _no_cost() -> dict[str, Any]:
    return {
        "usage_including_cached_inference": {"total_cost": 0},
        "usage_excluding_cached_inference": {"total_cost": 0},
    }


@dataclass(slots=True)
class ChatResult:
    """What came of a conversation.

    Args:
        chat_id: number of the chat in its run, or the id that was given in a chat queue.
        chat_history: the messages as the one who began the chat keeps them, oldest first.
        summary: what the chat came to; text, or whatever a summary function returned.
        cost: US dollars and tokens by model, with and without answers from a cache; for this chat and those inside it.
        human_input: what the human said on the side of the one who began.
        stop_reason: why it ended; `None` only for a result made by hand.
        turns: messages said.
        usage: `cost` in one sum.
        error: type and text of the error that ended it, or `None`.
        run_id: the run it was part of.
        output: the value of the answer, where `run` was to give one of a type (`output_type`); `None` without.
    """

    chat_id: Any = None
    chat_history: list[ChatMessage] = field(default_factory=list[ChatMessage])
    summary: Any = None
    cost: dict[str, Any] = field(default_factory=_no_cost)
    human_input: list[str] = field(default_factory=list[str])
    stop_reason: StopReason | None = None
    turns: int = 0
    usage: UsageTotals = field(default_factory=UsageTotals)
    error: str | None = None
    run_id: str = ""
    output: Any = None
