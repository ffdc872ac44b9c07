"""Usage: tokens and money of model calls, added up by agent and by model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model call used.

    Args:
        input_tokens: all tokens read, those from the provider's prompt cache included.
        output_tokens: all tokens written, reasoning included.
        cached_input_tokens: part of `input_tokens` that the provider's prompt cache served.
        reasoning_tokens: part of `output_tokens` that was reasoning.
        cost_usd: price in US dollars; `None` where no price is known (unknown is not zero).
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float | None = None

    @property
    def total_tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens


class UsageTotals:
    """Running totals of model calls.

    Attributes:
        calls: model calls counted.
        unknown_usage: calls whose provider told no usage.
        unknown_cost: calls whose price is not known.
    """

    __slots__ = ("cached_calls", "calls", "cost_usd", "input_tokens", "output_tokens", "unknown_cost", "unknown_usage")

    def __init__(self) -> None:
        self.calls = self.cached_calls = self.input_tokens = self.output_tokens = 0
        self.unknown_usage = self.unknown_cost = 0
        self.cost_usd = 0.0

    @property
    def total_tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens

    def add(self, usage: Usage | None, *, from_cache: bool = False) -> None:
        """Count one call."""
        self.calls += 1
        if from_cache:
            self.cached_calls += 1
        if usage is None:
            self.unknown_usage += 1
            return
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        if usage.cost_usd is None:
            self.unknown_cost += 1
        else:
            self.cost_usd += usage.cost_usd

    def merge(self, other: UsageTotals) -> None:
        """Add the totals of another."""
        for field in self.__slots__:
            setattr(self, field, getattr(self, field) + getattr(other, field))

    def to_dict(self) -> dict[str, float]:
        """Return the totals in classic AutoGen's words: cost, prompt_tokens, completion_tokens, total_tokens."""
        return {
            "cost": self.cost_usd,
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.total_tokens,
        }

    def __repr__(self) -> str:
        return f"UsageTotals(calls={self.calls}, tokens={self.total_tokens}, cost_usd={self.cost_usd:.6f})"


class UsageLedger:
    """Totals by (agent, model), for one run or chat or agent; `fresh` leaves out what a cache answered."""

    __slots__ = ("all", "fresh", "parent")

    def __init__(self, parent: UsageLedger | None = None) -> None:
        self.parent = parent
        self.all: dict[tuple[str, str], UsageTotals] = {}
        self.fresh: dict[tuple[str, str], UsageTotals] = {}

    def add(self, agent: str, model: str, usage: Usage | None, *, from_cache: bool = False) -> None:
        """Count one call here and in every enclosing ledger."""
        ledger: UsageLedger | None = self
        key = (agent, model)
        while ledger is not None:
            ledger._totals(ledger.all, key).add(usage, from_cache=from_cache)  # noqa: SLF001 - its own kind
            if not from_cache:
                ledger._totals(ledger.fresh, key).add(usage)  # noqa: SLF001 - its own kind
            ledger = ledger.parent

    @staticmethod
    def _totals(table: dict[tuple[str, str], UsageTotals], key: tuple[str, str]) -> UsageTotals:
        totals = table.get(key)
        if totals is None:
            totals = table[key] = UsageTotals()
        return totals

    def total(self) -> UsageTotals:
        """Add everything up."""
        result = UsageTotals()
        for totals in self.all.values():
            result.merge(totals)
        return result

    def cost_by_model(self, agent: str | None = None) -> dict[str, dict[str, object]]:
        """Return the classic `ChatResult.cost`: totals with and without cached answers, by model, in US dollars."""
        return {
            "usage_including_cached_inference": _by_model(self.all, agent),
            "usage_excluding_cached_inference": _by_model(self.fresh, agent),
        }


def _by_model(table: dict[tuple[str, str], UsageTotals], agent: str | None) -> dict[str, object]:
    models: dict[str, UsageTotals] = {}
    for (owner, model), totals in table.items():
        if agent is None or owner == agent:
            models.setdefault(model, UsageTotals()).merge(totals)
    cost = sum(totals.cost_usd for totals in models.values())
    return {"total_cost": cost, **{model: totals.to_dict() for model, totals in models.items()}}
