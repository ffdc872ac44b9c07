"""Limits: what a run, an agent or a part of a program may use at the most. See `core.budgets` for how they hold."""

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
    def is_bounded(self) -> bool:
        """Whether there is any bound apart from the depth."""
        return self.counts_tokens or any(bound is not None for bound in (self.model_calls, self.time_s, self.turns))

    @property
    def counts_tokens(self) -> bool:
        """Whether tokens or money are bounded."""
        return self.tokens is not None or self.cost_usd is not None


NO_LIMITS = Limits()


def check(limit: str, value: float, allowed: float | None) -> None:
    """Stop if the next thing would go beyond a bound.

    Raises:
        LimitReached: names the limit and its value.
    """
    if allowed is not None and value >= allowed:
        raise LimitReached(limit, value, allowed)
