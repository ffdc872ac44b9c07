"""A run that this process writes: its journal, and what the table of runs tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from autogen.errors import JournalFailed, LeaseLost
from autogen.events import ChatEnded, ChatStarted, InputRequested, MessageSent, RunEnded, RunResumed, StepEnded
from autogen.stores.rows import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from autogen.errors import JournalError
    from autogen.events import Event
    from autogen.stop_reason import StopReason
    from autogen.stores.rows import Row

_MOST_CHARS = 200
_AT_ONCE = frozenset({MessageSent, InputRequested, RunEnded, RunResumed})

Statement = tuple[str, tuple[Any, ...]]


class Written(NamedTuple):
    """What an event is in the tables: its row, and a change in the table of runs, if it tells something for that."""

    row: Row
    note: Statement | None


class Pen(Protocol):
    """Whoever writes what is appended; `lock` is held by whoever appends."""

    @property
    def lock(self) -> AbstractContextManager[object]:
        """Keep others from appending meanwhile."""
        ...

    def check(self) -> None:
        """See that this process may write; without the lock, which another thread may have held at a fork.

        Raises:
            JournalFailed: it was forked from the one that opened the journal.
        """
        ...

    def put(self, held: Held, written: Written, *, at_once: bool) -> None:
        """Have something written, at once or soon.

        Raises:
            JournalError: it cannot be, and it was not taken.
        """
        ...

    async def settle(self, held: Held) -> None:
        """Return once all of a run that was put here is safe.

        Raises:
            JournalFailed: it could not be written; it waits on.
        """
        ...

    def later(self, held: Held, act: Callable[[], None]) -> bool:
        """Do something when all of a run that was put here is safe; `False` if that is so now, and nothing will be done."""
        ...


class Summary:
    """What the table of runs tells of a run, added up from its events.

    Args:
        number: in the table of runs.
    """

    __slots__ = ("agents", "cost_usd", "ended", "messages", "number", "opening", "reason", "tokens")

    def __init__(self, number: int) -> None:
        self.number = number
        self.agents = self.opening = False
        self.messages = self.tokens = 0
        self.cost_usd = 0.0
        self.ended: RunEnded | None = None
        self.reason: StopReason | None = None

    def count(self, event: Event) -> None:
        """Add up what the table of runs tells."""
        if isinstance(event, MessageSent):
            self.messages += 1
            self.opening = True
        elif isinstance(event, StepEnded) and event.usage is not None and not (event.details or {}).get("from_cache"):
            self.tokens += event.usage.total_tokens
            self.cost_usd += event.usage.cost_usd or 0.0
        elif isinstance(event, ChatStarted):
            self.agents = True
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
            content = event.message.get("content")
            words = content if isinstance(content, str) else ""
            return "UPDATE runs SET opening = coalesce(opening, ?) WHERE number = ?", (_clean(words), self.number)
        if isinstance(event, ChatStarted) and not self.agents:
            names = _clean(", ".join(event.members))
            return "UPDATE runs SET agents = coalesce(agents, ?) WHERE number = ?", (names, self.number)
        if isinstance(event, RunEnded):
            is_chats = event.error is None and self.reason is not None and event.reason.kind != "pending"
            reason = self.reason if is_chats and self.reason is not None else event.reason
            return (
                "UPDATE runs SET ended = ?, reason = ?, detail = ?, messages = ?, tokens = ?, cost_usd = ? WHERE number = ?",
                (event.time, reason.kind, _clean(reason.detail), self.messages, self.tokens, self.cost_usd,
                 self.number),
            )  # fmt: skip
        return None


class Held:
    """A run that this process writes: the journal of that run.

    Args:
        run_id: its name.
        number: in the table of runs.
        fence: which of its holders this is.
        position: of its last record.
        pen: writes what is appended.
        place: of the tables, for messages.

    Attributes:
        summary: what the table of runs tells of it.
        trouble: why it cannot be gone on with, or `None`.
        kept: the position of the last record that is known to be safe, for a pen that writes later; `era` is when that was,
            and `untold` how many wait to be told something then.
    """

    is_durable = True

    __slots__ = (
        "era",
        "fence",
        "kept",
        "number",
        "pen",
        "place",
        "run_id",
        "summary",
        "trouble",
        "untold",
        "writer",
    )

    def __init__(self, run_id: str, number: int, fence: int, position: int, pen: Pen, place: str) -> None:
        self.run_id, self.number, self.fence = run_id, number, fence
        self.pen, self.place = pen, place
        self.writer = Writer(position)
        self.summary = Summary(number)
        self.trouble: JournalError | None = None
        self.kept, self.era, self.untold = position, 0, 0

    def append(self, event: Event, /) -> None:
        """Add an event to the record.

        Raises:
            NotStorable: it holds something that is not JSON; nothing was added.
            JournalFailed: it could not be written; nothing was added.
            LeaseLost: another process has taken the run over.
        """
        self.pen.check()
        with self.pen.lock:
            self.check()
            row = self.writer.row(event)
            try:
                self.pen.put(self, Written(row, self.summary.note(event)), at_once=_is_for_now(event))
            except BaseException:
                self.writer.take_back(row)
                raise
            self.summary.count(event)
            self.check()

    async def commit(self) -> None:
        """Return once all that was appended would survive a crash.

        Raises:
            JournalFailed: it could not be written; it waits on.
            LeaseLost: another process has taken the run over.
        """
        await self.pen.settle(self)
        self.check()

    def later(self, act: Callable[[], None]) -> bool:
        """Do something when all that was appended is safe; `False` if that is so now, and nothing will be done."""
        return self.pen.later(self, act)

    def check(self) -> None:
        """See that the run can be gone on with.

        Raises:
            LeaseLost: another process has taken it over.
            JournalFailed: records of it were lost.
        """
        if self.trouble is not None:
            raise type(self.trouble)(str(self.trouble))

    def lose(self) -> None:
        """Note that another has taken the run over."""
        self.trouble = LeaseLost(
            f"Another process has taken over the run {self.run_id!r} in {self.place}; this one must not go on with it."
        )

    def lose_records(self, there: int) -> None:
        """Note that records are gone which were safe, as far as was known."""
        self.trouble = JournalFailed(
            f"{self.place} has lost the records {there + 1} to {self.kept} of the run {self.run_id!r}: the server crashed, and "
            "durability='process' does not outlive that. Go on with the run from what is there (resume=True)."
        )


def _is_for_now(event: Event) -> bool:
    """Tell whether others are told of an event as soon as it is appended; outcomes are committed before."""
    return type(event) in _AT_ONCE or (type(event) is StepEnded and event.error is not None)


def _clean(words: str) -> str:
    return words[:_MOST_CHARS].replace("\0", " ").encode("utf-8", "backslashreplace").decode()
