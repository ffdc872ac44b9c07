"""What a run did before: a program is run again, and its steps are answered from the record instead of being taken.

Steps, chats and messages are recognised by where they happen and what they are, not by their order, so that branches
that ran side by side find their own again. What the record does not hold goes on live; a replay refuses it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any, Literal

from autogen.core.record.earlier import Wanted, told_difference
from autogen.core.record.recorded import Alike, Recorded, canonical, shown
from autogen.errors import RecordDiffers
from autogen.events import ChatEnded, ChatStarted, MessageSent, RunEnded, RunResumed, StepEnded, StepStarted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.record.earlier import Earlier
    from autogen.events import Event

Doubt = Literal["stop", "ask", "skip", "again"]
"""What becomes of a step that must not happen twice and whose outcome is not known: an error, a question to the run's
human, left out with a note to the model, or done once more."""

_INTERRUPTED = frozenset({"cancelled", "failed", "limit", "no_human", "pending", "stopped"})
_PATIENCE = 8


class Past:
    """The record of a run that is run again.

    Args:
        events: the record, oldest first.
        is_replay: what is not in the record is refused, and observers are told of everything again.
        in_doubt: what becomes of steps whose outcome is not known.
        earlier: another run that this one does again, with something changed.
    """

    def __init__(
        self,
        events: Sequence[Event],
        *,
        is_replay: bool = False,
        in_doubt: Doubt = "stop",
        earlier: Earlier | None = None,
    ) -> None:
        self.is_replay, self.in_doubt, self.earlier = is_replay, in_doubt, earlier
        self.resumed = next((event for event in reversed(events) if isinstance(event, RunResumed)), None)
        self.last_id = max((event.step_id for event in events), default=0)
        if earlier is not None:
            self.last_id = max(self.last_id, earlier.last_id)
        self._steps: dict[tuple[Any, ...], Alike] = defaultdict(Alike)
        self._open_by_kind: dict[tuple[Any, ...], int] = defaultdict(int)
        self._chats: dict[tuple[Any, ...], deque[int]] = defaultdict(deque)
        self._others: dict[tuple[Any, ...], deque[Event]] = defaultdict(deque)
        self._messages = 0
        self._read(events)
        if earlier is not None:
            earlier.leave_out([each for kept in self._steps.values() for each in kept])

    @property
    def messages(self) -> int:
        """How many recorded messages were not said again yet."""
        return self._messages

    def chat_id(self, parent: int, members: tuple[str, ...]) -> int | None:
        """Return the number that a chat had; `None` if none is recorded."""
        chats = self._chats.get((parent, members))
        number = chats.popleft() if chats else None
        if self.earlier is None:
            return number
        return self.earlier.chat_id(parent, members, number)

    async def step(self, parent: int, kind: str, source: str, name: str, given: Any) -> Recorded | None:
        """Return the record of a step, which is used up by that; `None` if none is there.

        Raises:
            RecordDiffers: in its place, the record has another one.
        """
        alike = self._steps.get((parent, kind, source, name))
        found = None if alike is None else alike.take(given)
        if found is None:
            await self._check_is_new(parent, kind, source, name, given)
            return None
        self._open_by_kind[parent, kind, source] -= 1
        return found

    def covers(self, event: Event) -> bool:
        """Tell whether an event is recorded already; it is used up by that.

        Raises:
            RecordDiffers: in its place, the record has another message.
        """
        if isinstance(event, (StepStarted, StepEnded)):
            return self.is_replay
        if self.earlier is not None and isinstance(event, MessageSent):
            self.earlier.hear(event)
        kept = self._others.get(_key(event))
        if not kept:
            if self.is_replay and isinstance(event, MessageSent):
                raise RecordDiffers(f"The record ends before this message of {event.source}: {_short(event.message)}.")
            return self.is_replay
        before = kept.popleft()
        if isinstance(event, MessageSent):
            assert isinstance(before, MessageSent)
            self._messages -= 1
            if canonical(before.message) != canonical(event.message):
                raise RecordDiffers(
                    f"{event.source} now says {_short(event.message)} where the record has {_short(before.message)}. "
                    f"{_CURE}"
                )
        return True

    def check_is_used_up(self) -> None:
        """Refuse a replay that ends before its record does.

        Raises:
            RecordDiffers: the record goes on.
        """
        left = [recorded for kept in self._steps.values() for recorded in kept]
        if left:
            first = min(left, key=lambda recorded: recorded.place)
            raise RecordDiffers(f"The program ended before its record did: {_told(first)} was not asked for. {_CURE}")

    async def _check_is_new(self, parent: int, kind: str, source: str, name: str, given: Any) -> None:
        """Let other branches find theirs first; what is left then is what this step has taken the place of."""
        import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a step runs

        here = (parent, kind, source)
        left = self._open_by_kind.get(here, 0)
        for _ in range(_PATIENCE if left else 0):
            await asyncio.sleep(0)
        left = self._open_by_kind.get(here, 0)
        if not left and not self.is_replay:
            return
        others = [each for (place, *what, _), kept in self._steps.items() for each in kept if (place, *what) == here]
        if not others:
            raise RecordDiffers(
                f"{source} now asks {kind} {name!r} {_short(shown(given))}, where the record ends. {_CURE}"
            )
        before = min(others, key=lambda each: each.place)
        why = told_difference(before, Wanted(kind, source, name, given, parent, parent, is_once=False))
        raise RecordDiffers(
            f"{source} now asks {kind} {name!r} {_short(shown(given))}, where the record has {_told(before)}: "
            f"{why or f'what {source} is shown differs'}. {_CURE}"
        )

    def _read(self, events: Sequence[Event]) -> None:
        by_id: dict[int, Recorded] = {}
        last_step = max(
            (n for n, event in enumerate(events) if isinstance(event, (StepStarted, MessageSent))), default=0
        )
        for place, event in enumerate(events):
            if isinstance(event, StepStarted):
                self._read_started(by_id, event, place)
            elif isinstance(event, StepEnded):
                if event.step_id in by_id:
                    by_id[event.step_id].ended = event
                    by_id[event.step_id].is_followed = place < last_step
            elif not isinstance(event, RunResumed) and not _is_interruption(event):
                self._others[_key(event)].append(event)
                self._messages += isinstance(event, MessageSent)
                if isinstance(event, ChatStarted):
                    self._chats[event.parent_id, tuple(event.members)].append(event.step_id)

    def _read_started(self, by_id: dict[int, Recorded], event: StepStarted, place: int) -> None:
        again = by_id.get(event.step_id)
        if again is not None:
            again.ended = None
            return
        recorded = by_id[event.step_id] = Recorded(event, place)
        self._steps[event.parent_id, event.kind, event.source, event.name].add(recorded)
        self._open_by_kind[event.parent_id, event.kind, event.source] += 1


_CURE = (
    "Run the program as it was; or run it again with the change, as another run ('autogen rerun', autogen.chats.resume.rerun); "
    "or begin a new one with another run_id."
)


def _is_interruption(event: Event) -> bool:
    return isinstance(event, (RunEnded, ChatEnded)) and event.reason.kind in _INTERRUPTED


def _key(event: Event) -> tuple[Any, ...]:
    if isinstance(event, MessageSent):
        return MessageSent, event.parent_id, event.source, event.recipient
    if isinstance(event, (ChatStarted, ChatEnded)):
        return type(event), event.step_id
    return type(event), event.parent_id, event.source


def _told(recorded: Recorded) -> str:
    started = recorded.started
    return f"{started.kind} {started.name!r} {_short(shown(started.input))} (step {recorded.id})"


def _short(value: Any, limit: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
