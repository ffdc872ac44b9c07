"""A run that was done again with something changed: which of its steps were paid for, and why."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from autogen.chats.recording import Names
from autogen.core.record.earlier import Earlier
from autogen.errors import RunExists, UnknownRun
from autogen.events import RunResumed, StepEnded, StepStarted
from autogen.stores import shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.events import Event
    from autogen.stores.tables.journal import TableJournal

StepState = Literal["held", "done", "entered", "before"]
_MARKS = {"held": "", "done": "paid", "entered": "inside", "before": "before"}
_MOST_CHARS = 60


class RerunStep(NamedTuple):
    """A step of a run that was done again.

    Args:
        run_id, step_id: where.
        kind, source, name: what it was: "model", "tool", "code" or "human"; of which agent; what was called.
        state: "held": answered from the record; "done": done anew, for the reason `why`; "entered": gone through, since
            what happened inside it is listed by itself; "before": done by this run before it was interrupted.
        why: the first thing that is not as it was.
        tokens, cost_usd: what it took, or for "held", would have; the money is `None` where no price is known.
    """

    run_id: str
    step_id: int
    kind: str
    source: str
    name: str
    state: StepState
    why: str
    tokens: int
    cost_usd: float | None


class Rerun:
    """The report of a program that was run again; `print` shows it as a table.

    Attributes:
        steps: in order; empty until the block is left.
    """

    def __init__(self, journal: TableJournal, run_id: str) -> None:
        self.steps: list[RerunStep] = []
        self._journal, self._names = journal, Names(run_id)
        self._earlier: dict[str, Earlier] = {}

    @property
    def paid(self) -> list[RerunStep]:
        """The steps that were done anew."""
        return [step for step in self.steps if step.state == "done"]

    @property
    def cost_usd(self) -> float:
        """What was paid, as far as prices are known."""
        return sum(step.cost_usd or 0.0 for step in self.steps if step.state != "held")

    @property
    def saved_usd(self) -> float:
        """What the steps that were answered from the record would have cost, as far as prices are known."""
        return sum(step.cost_usd or 0.0 for step in self.steps if step.state == "held")

    def begin(self, into: str) -> Earlier:
        """Make room for a run, and return the one that it does again.

        Raises:
            RunExists: there is a run of this name, and it is not this one interrupted.
        """
        run_id = self._names.next()
        try:
            events = self._journal.events(run_id)
        except UnknownRun:
            events = []  # the program has more runs now
        else:
            self._make(run_id, into)
        earlier = self._earlier[into] = Earlier(events)
        return earlier

    def close(self) -> None:
        """Read what became of the runs."""
        for into, earlier in self._earlier.items():
            with suppress(UnknownRun):  # it could not begin, and whoever began it is told why
                self.steps += _steps(self._journal.events(into), earlier)

    def _make(self, run_id: str, into: str) -> None:
        try:
            shelf.fork(self._journal, run_id, into, at=0)
        except RunExists:
            parent = next(run.parent for run in shelf.list_runs(self._journal) if run.id == into)
            if parent != run_id:
                raise

    def __str__(self) -> str:
        if not self.steps:
            return "Nothing was run again: the program began no run, or one that it names otherwise."
        rows = [("step", "", "agent", "kind", "what", "tokens", "cost", "why")]
        rows += [
            (
                str(step.step_id), _MARKS[step.state], step.source, step.kind, step.name,
                str(step.tokens or ""), "" if step.cost_usd is None else f"${step.cost_usd:.4f}", step.why,
            )
            for step in self.steps
        ]  # fmt: skip
        cells = [[cell if len(cell) <= _MOST_CHARS else f"{cell[:_MOST_CHARS]}…" for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
        return "\n".join([*lines, self._sum()])

    def _sum(self) -> str:
        held = [step for step in self.steps if step.state == "held"]
        paid = [step for step in self.steps if step.state != "held"]
        tokens, saved = (sum(step.tokens for step in part) for part in (paid, held))
        return (
            f"{len(self.paid)} of {len(self.steps)} steps were done anew: {tokens} tokens, ${self.cost_usd:.4f}. "
            f"Saved: {saved} tokens, ${self.saved_usd:.4f}."
        )


def _steps(events: list[Event], earlier: Earlier) -> Iterator[RerunStep]:
    begun = {event.step_id: event for event in events if isinstance(event, StepStarted)}
    ended = {event.step_id: event for event in events if isinstance(event, StepEnded)}
    last_go = max((place for place, event in enumerate(events) if isinstance(event, RunResumed)), default=0)
    taken_up = {event.step_id for event in events[last_go:] if isinstance(event, StepStarted)}
    for number, started in begun.items():
        state, why = _state(number, earlier, is_taken_up=number in taken_up)
        outcome = ended.get(number)
        usage = None if outcome is None else outcome.usage
        if state == "before" and outcome is not None and (outcome.details or {}).get("from_cache"):
            state = "held"
        tokens, cost_usd = (0, None) if usage is None else (usage.total_tokens, usage.cost_usd)
        called = (started.kind, started.source, started.name)
        yield RerunStep(started.run_id, number, *called, state, why, tokens, cost_usd)


def _state(number: int, earlier: Earlier, *, is_taken_up: bool) -> tuple[StepState, str]:
    if number in earlier.held:
        return "held", ""
    if number in earlier.entered:
        return "entered", ""
    if number in earlier.why:
        return "done", earlier.why[number]
    return ("done", "it was interrupted") if is_taken_up else ("before", "")
