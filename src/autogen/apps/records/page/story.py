"""A run as it is told on its page: its agents, and in order, what was said, done and noticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from autogen.events import (
    ChatEnded,
    ChatStarted,
    InputRequested,
    MessageSent,
    ModelSwitched,
    NoticeRaised,
    RetryScheduled,
    RunEnded,
    RunResumed,
    SpeakerSelected,
    StepEnded,
    StepStarted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.events import Event

COLOURS = 8


@dataclass
class Tally:
    """What an agent said, used and took; `colour` is a number below `COLOURS`."""

    name: str
    colour: int
    messages: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unknown_cost: int = 0
    busy_s: float = 0.0

    def use(self, step: Step) -> None:
        """Add what a step took."""
        ended = step.ended
        if ended is None:
            return
        if step.started.kind != "human":
            self.busy_s += ended.duration_s
        if ended.kind != "model" or step.is_free:
            return
        self.calls += 1
        usage = ended.usage
        if usage is None or usage.cost_usd is None:
            self.unknown_cost += 1
        self.cost_usd += (usage and usage.cost_usd) or 0.0
        self.input_tokens += usage.input_tokens if usage else 0
        self.output_tokens += usage.output_tokens if usage else 0


@dataclass
class Step:
    """A step: its intent, its outcome if there is one, and how deep inside other chats it is."""

    started: StepStarted
    depth: int
    ended: StepEnded | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a human was asked who has not answered yet."""
        error = "" if self.ended is None else self.ended.error or ""
        return error.startswith(("AnswerPending", "ApprovalPending"))

    @property
    def took_s(self) -> float:
        """How long it took; for a human, until the answer was there."""
        if self.ended is None:
            return 0.0
        return max(0.0, self.ended.time - self.started.time) if self.ended.kind == "human" else self.ended.duration_s

    @property
    def is_free(self) -> bool:
        """Whether nothing was paid: the answer came from a cache, or from another run."""
        return bool(self.ended and (self.ended.details or {}).get("from_cache"))


@dataclass
class Said:
    """A message, and the steps that gave it: the model calls of its speaker since it last spoke."""

    number: int
    event: MessageSent
    depth: int
    calls: list[Step] = field(default_factory=list[Step])
    is_outcome: bool = False


@dataclass
class Mark:
    """A line between messages; `level` is "chat", "info", "warning" or "error"."""

    text: str
    level: str
    depth: int
    time: float


@dataclass
class Story:
    """A run, read for its page.

    Args:
        entries: in order.
        steps: all of them.
        agents: those that spoke or did something, by name, in the order of their first word.
        ways: (from, to) and how often somebody spoke to somebody, or had the floor after somebody in a group.
        ending: why it ended; empty while it is not over.
    """

    entries: list[Said | Step | Mark] = field(default_factory=list[Said | Step | Mark])
    steps: list[Step] = field(default_factory=list[Step])
    agents: dict[str, Tally] = field(default_factory=dict[str, Tally])
    ways: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    began: float = 0.0
    ended: float = 0.0
    ending: str = ""
    ending_kind: str = ""

    @property
    def said(self) -> list[Said]:
        """The messages."""
        return [entry for entry in self.entries if isinstance(entry, Said)]

    @property
    def opening(self) -> str:
        """The first words; empty if nothing was said, or nothing in words."""
        return words_of(self.said[0].event.message) if self.said else ""


def words_of(message: Mapping[str, Any]) -> str:
    """Return what a message says in words, without its pictures."""
    content = message.get("content")
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    parts = [cast("dict[str, Any]", part) for part in cast("list[Any]", content) if isinstance(part, dict)]
    return "\n\n".join(str(part["text"]) for part in parts if isinstance(part.get("text"), str))


def story_of(events: Sequence[Event]) -> Story:
    """Return the story of a run, from its record."""
    teller = _Teller(events)
    for event in events:
        teller.tell(event)
    return teller.finished()


class _Teller:
    def __init__(self, events: Sequence[Event]) -> None:
        self._story = Story()
        self._steps: dict[int, Step] = {}
        self._depths: dict[int, int] = {0: 0}
        self._open: dict[str, list[Step]] = {}
        self._next: dict[int, str] = {}
        self._managers = {event.source for event in events if isinstance(event, SpeakerSelected)}
        self._speaker: dict[int, str] = {}
        if events:
            self._story.began, self._story.ended = events[0].time, max(event.time for event in events)

    def tell(self, event: Event) -> None:
        """Take up an event."""
        if isinstance(event, StepStarted):
            self._step_started(event)
        elif isinstance(event, StepEnded):
            self._step_ended(event)
        elif isinstance(event, MessageSent):
            self._message(event)
        elif isinstance(event, ChatStarted):
            self._depths[event.step_id] = event.depth
            if event.depth or self._story.said:
                self._mark(event, f"A chat of {' and '.join(event.members)}", "chat")
        elif isinstance(event, (ChatEnded, RunEnded)):
            self._ended(event)
        else:
            self._other(event)

    def finished(self) -> Story:
        """Return the story, with what the agents used in all."""
        for step in self._story.steps:
            self._agent(step.started.source).use(step)
        return self._story

    def _depth(self, event: Event) -> int:
        return self._depths.get(event.parent_id, 0)

    def _agent(self, name: str) -> Tally:
        agents = self._story.agents
        return agents.setdefault(name, Tally(name, len(agents) % COLOURS))

    def _mark(self, event: Event, text: str, level: str) -> None:
        self._story.entries.append(Mark(text, level, self._depth(event), event.time))

    def _step_started(self, event: StepStarted) -> None:
        known = self._steps.get(event.step_id)
        if known is not None:  # it was interrupted, and is done once more
            known.ended = None
            return
        self._agent(event.source)
        step = self._steps[event.step_id] = Step(event, self._depth(event))
        self._depths[event.step_id] = step.depth
        self._story.steps.append(step)
        if event.kind != "model":
            self._story.entries.append(step)

    def _step_ended(self, event: StepEnded) -> None:
        step = self._steps.get(event.step_id)
        if step is None:
            return
        step.ended = event
        if event.kind == "model" and event.error is None:
            self._open.setdefault(event.source, []).append(step)
        elif event.kind == "model":
            self._story.entries.append(step)

    def _message(self, event: MessageSent) -> None:
        story = self._story
        agent = self._agent(event.source)
        agent.messages += 1
        said = Said(len(story.said) + 1, event, self._depth(event), self._open.pop(event.source, []))
        said.is_outcome = not said.calls and bool(
            event.message.get("tool_responses") or str(event.message.get("content")).startswith("exitcode: ")
        )
        story.entries.append(said)
        if event.recipient in self._managers:
            before = self._speaker.get(event.parent_id)
            if before is not None:
                self._way(before, event.source)
            self._speaker[event.parent_id] = event.source
        else:
            self._agent(event.recipient)
            self._way(event.source, event.recipient)

    def _way(self, start: str, end: str) -> None:
        ways = self._story.ways
        ways[start, end] = ways.get((start, end), 0) + 1

    def _ended(self, event: ChatEnded | RunEnded) -> None:
        if isinstance(event, ChatEnded) and event.depth:
            self._mark(event, f"The inner chat ended: {event.reason}", "chat")
        elif isinstance(event, ChatEnded) or event.error is not None or not self._story.ending:
            self._story.ending = event.error if isinstance(event, RunEnded) and event.error else str(event.reason)
            self._story.ending_kind = event.reason.kind

    def _other(self, event: Event) -> None:
        if isinstance(event, RunResumed):
            self._story.ending = self._story.ending_kind = ""
            if self._story.entries:
                self._mark(event, f"Gone on with by {event.owner}", "chat")
        elif isinstance(event, NoticeRaised):
            self._mark(event, f"{event.source}: {event.text}" if event.source else event.text, event.level)
        elif isinstance(event, RetryScheduled):
            text = f"{event.model} failed and is asked again after {event.wait_s:g} s: {event.error}"
            self._mark(event, text, "warning")
        elif isinstance(event, ModelSwitched):
            self._mark(event, f"{event.failed} failed, and {event.next} is asked: {event.error}", "warning")
        elif isinstance(event, InputRequested) and event.approval is not None:
            self._mark(event, f"Waits for a human: {event.prompt}", "warning")
