"""Usage: tokens and money of model calls, added up by agent and by model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.facts import quick

if TYPE_CHECKING:
    from collections.abc import Iterable


@quick
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

    def merge(self, other: UsageTotals, sign: int = 1) -> None:
        """Add the totals of another, or take them away with `sign=-1`."""
        for field in self.__slots__:
            setattr(self, field, getattr(self, field) + sign * getattr(other, field))

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
    """Totals by (agent, model), for one run or chat or agent; `cached` holds the part that a cache answered."""

    __slots__ = ("all", "cached")

    def __init__(self) -> None:
        self.all: dict[tuple[str, str], UsageTotals] = {}
        self.cached: dict[tuple[str, str], UsageTotals] = {}

    def add(self, agent: str, model: str, usage: Usage | None, *, from_cache: bool = False) -> None:
        """Count one call."""
        key = (agent, model)
        totals = self.all.get(key)
        if totals is None:
            totals = self.all[key] = UsageTotals()
        totals.add(usage, from_cache=from_cache)
        if from_cache:
            self.cached.setdefault(key, UsageTotals()).add(usage, from_cache=True)

    def clear(self) -> None:
        """Count anew."""
        self.all.clear()
        self.cached.clear()

    def merge(self, other: UsageLedger) -> None:
        """Add what another ledger has counted."""
        for mine, theirs in ((self.all, other.all), (self.cached, other.cached)):
            for key, totals in theirs.items():
                mine.setdefault(key, UsageTotals()).merge(totals)

    def total(self) -> UsageTotals:
        """Add everything up."""
        result = UsageTotals()
        for totals in self.all.values():
            result.merge(totals)
        return result

    def cost_by_model(self) -> dict[str, dict[str, object]]:
        """Return the classic `ChatResult.cost`: totals with and without cached answers, by model, in US dollars."""
        return {
            "usage_including_cached_inference": _by_model(self.all, {}),
            "usage_excluding_cached_inference": _by_model(self.all, self.cached),
        }


def gather_usage_summary(agents: Iterable[Any]) -> dict[str, dict[str, object]]:
    """Return what several agents have used together, as the classic `ChatResult.cost`; one without a model used nothing.

    An agent that is given twice counts twice.
    """
    gathered = UsageLedger()
    for agent in agents:
        mind = getattr(agent, "mind", None)
        if mind is not None:
            gathered.merge(mind.usage)
    return gathered.cost_by_model()


def _by_model(
    table: dict[tuple[str, str], UsageTotals], without: dict[tuple[str, str], UsageTotals]
) -> dict[str, object]:
    models: dict[str, UsageTotals] = {}
    for (agent, model), totals in table.items():
        cached = without.get((agent, model))
        if cached is not None and cached.calls == totals.calls:
            continue
        added = models.setdefault(model, UsageTotals())
        added.merge(totals)
        if cached is not None:
            added.merge(cached, sign=-1)
    cost = sum(totals.cost_usd for totals in models.values())
    return {"total_cost": cost, **{model: totals.to_dict() for model, totals in models.items()}}
