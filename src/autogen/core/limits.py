"""Limits: what a run may use at the most, checked at the door of every step."""

from __future__ import annotations

from dataclasses import dataclass

from autogen.errors import LimitReached


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds of a run, nested chats included; `None` means no bound.

    Args:
        model_calls: model calls.
        tokens: input and output tokens together, as the providers count them.
        cost_usd: money, where prices are known.
        time_s: wall-clock seconds since the run began.
        turns: messages said, over all chats of the run.
        depth: chats within chats.
    """

    model_calls: int | None = None
    tokens: int | None = None
    cost_usd: float | None = None
    time_s: float | None = None
    turns: int | None = None
    depth: int | None = 32

    @property
    def watches_steps(self) -> bool:
        """Whether any bound is to be checked before a step."""
        return any(bound is not None for bound in (self.model_calls, self.tokens, self.cost_usd, self.time_s))


NO_LIMITS = Limits()


def check(limit: str, value: float, allowed: float | None) -> None:
    """Stop if the next thing would go beyond a bound.

    Raises:
        LimitReached: names the limit and its value.
    """
    if allowed is not None and value >= allowed:
        raise LimitReached(limit, value, allowed)
