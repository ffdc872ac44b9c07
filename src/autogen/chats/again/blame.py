"""Which message is to blame for a run that fails a check: found by bisection over replays, and tried once more."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from autogen.chats.recording import Names, Recording
from autogen.chats.running import run_settings, set_recording
from autogen.core.run import new_run_id
from autogen.errors import UnknownRun
from autogen.events import MessageSent, StepEnded
from autogen.stores import shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.stores.tables.journal import TableJournal

T = TypeVar("T")

_ANEW = "anew"
_LATER = "what mends the run at one message also mends it at any later one"
_EARLIER = "where saying a message anew mends the run, saying any earlier one anew does as well"


class Trial(NamedTuple):
    """A message was said otherwise, and the run went on from there: how often that was done, and how often it helped."""

    message: int
    runs: int
    mended: int

    @property
    def is_mended(self) -> bool:
        """Whether it helped more often than not."""
        return 2 * self.mended > self.runs


@dataclass(frozen=True, slots=True)
class Blame:
    """What was found; `str` tells it in words.

    Args:
        message: the number of the message to blame, from 1; `None` if none was found.
        said: who said it, to whom, and what; `None` if none was found.
        assumes: what bisection takes for granted, and did not try.
        is_verified: tried once more, this message said otherwise mended the run, and its neighbour did not.
        trials: what was tried, in order.
    """

    message: int | None
    said: MessageSent | None
    assumes: str
    is_verified: bool
    trials: tuple[Trial, ...]

    def __str__(self) -> str:
        runs = sum(trial.runs for trial in self.trials)
        if self.message is None or self.said is None:
            return f"No message was found that mends the run when it is said otherwise. Runs tried: {runs}."
        how = "Tried once more, it still is" if self.is_verified else "Tried once more, it was NOT so clear"
        return (
            f"Message {self.message} ({self.said.source} to {self.said.recipient}) is to blame: said otherwise, it mends "
            f"the run. {how}. Runs tried: {runs}; it was assumed that {self.assumes}."
        )


class Culprits:
    """Tries messages of a run that fails, one after another."""

    def __init__(
        self,
        journal: TableJournal,
        run_id: str,
        attempt: Callable[[], bool],
        instead: Callable[[MessageSent], str | None] | None,
        times: int,
    ) -> None:
        self._journal, self._run_id, self._attempt = journal, run_id, attempt
        self._instead, self._times = instead, times
        self.trials: list[Trial] = []
        self._events = journal.events(run_id)
        self._places = [place for place, event in enumerate(self._events, 1) if isinstance(event, MessageSent)]
        self._words = {number: words for number in range(1, len(self._places) + 1) if (words := self._other(number))}

    def search(self) -> Blame:
        """Find the message where it begins, or ends, to help that it is said otherwise."""
        is_later = self._instead is not None
        order = sorted(self._words, reverse=not is_later)
        assumes = _LATER if is_later else _EARLIER
        place = _first_true(order, lambda number: self._try(number).is_mended)
        if place is None:
            return Blame(None, None, assumes, is_verified=False, trials=tuple(self.trials))
        number = order[place]
        is_verified = self._try(number).is_mended and not (place and self._try(order[place - 1]).is_mended)
        return Blame(number, self._said(number), assumes, is_verified, tuple(self.trials))

    def _said(self, number: int) -> MessageSent:
        return cast("MessageSent", self._events[self._places[number - 1] - 1])

    def _other(self, number: int) -> str | None:
        """Return what a message is to say instead, or that it is to be said anew; `None` if it cannot be."""
        step = shelf.giver_of(self._events[: self._places[number - 1]])
        if step is None:
            return None
        if self._instead is not None:
            return self._instead(self._said(number))
        given = self._events[step - 1]
        return _ANEW if isinstance(given, StepEnded) and given.kind == "model" else None

    def _try(self, number: int) -> Trial:
        mended = sum(self._is_mended(number) for _ in range(self._times))
        trial = Trial(number, self._times, mended)
        self.trials.append(trial)
        return trial

    def _is_mended(self, number: int) -> bool:
        name = f"{self._run_id} blame {new_run_id()}"
        if self._instead is None:
            shelf.fork(self._journal, self._run_id, name, at=number - 1)
        else:
            shelf.fork(self._journal, self._run_id, name, at=number, say=self._words[number])
        recording = Recording(Names(name), resume=True, instead_of=self._run_id)
        try:
            with run_settings(journal=self._journal), set_recording(recording):
                return self._attempt()
        finally:
            self._clear(name)

    def _clear(self, name: str) -> None:
        """Remove what was tried: the run of this name, and those that the program began after it."""
        for each in chain([name], (f"{name}.{number}" for number in count(2))):
            try:
                shelf.remove(self._journal, each)
            except UnknownRun:
                return


def passing(program: Callable[[], T], check: Callable[[T], object]) -> Callable[[], bool]:
    """Return a function that runs the program and tells whether its outcome passes; an assertion that fails does not."""

    def attempt() -> bool:
        outcome = program()
        try:
            said = check(outcome)
        except AssertionError:
            return False
        return said is None or bool(said)

    return attempt


def _first_true(order: Sequence[int], is_true: Callable[[int], bool]) -> int | None:
    """Return the place of the first for which it is true, if it is for all after it; `None` if not even for the last."""
    if not order or not is_true(order[-1]):
        return None
    low, high = 0, len(order) - 1  # true at `high`
    while low < high:
        middle = (low + high) // 2
        if is_true(order[middle]):
            high = middle
        else:
            low = middle + 1
    return high
