"""A step as it is recorded, and what it was asked, as text that tells whether another asks the same."""

from __future__ import annotations

import json
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autogen.events import StepEnded, StepStarted

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr).encode


class Recorded:
    """A step of the record.

    Attributes:
        id: its number.
        started: its intent.
        ended: its outcome; `None` if that is not known.
        is_followed: after it, the run went on.
    """

    __slots__ = ("ended", "id", "is_followed", "place", "started")

    def __init__(self, started: StepStarted, place: int) -> None:
        self.id, self.started, self.place = started.step_id, started, place
        self.ended: StepEnded | None = None
        self.is_followed = False

    @property
    def has_outcome(self) -> bool:
        """Whether it came back, with a value or with a failure that the program has dealt with."""
        return self.ended is not None and (self.ended.error is None or (self.is_followed and not self.is_cut_off))

    @property
    def is_cut_off(self) -> bool:
        """Whether it was interrupted in the middle."""
        error = "" if self.ended is None else self.ended.error or ""
        return error.startswith(("CancelledError", "KeyboardInterrupt", "SystemExit", "LimitReached", "AnswerPending"))


class Alike:
    """Recorded steps in one place of the same kind, source and name, oldest first; each is found by its input, once.

    Mostly the oldest is asked for, so no other's input is turned to text before one of them is.
    """

    __slots__ = ("_by_input", "_in_order")

    def __init__(self) -> None:
        self._in_order: deque[Recorded] = deque()
        self._by_input: dict[str, deque[Recorded]] = {}

    def __iter__(self) -> Iterator[Recorded]:
        return chain(self._in_order, *self._by_input.values())

    def add(self, recorded: Recorded) -> None:
        """Add a step; all are added before the first is taken."""
        self._in_order.append(recorded)

    def take(self, given: Mapping[str, Any]) -> Recorded | None:
        """Return the oldest step of this input, and leave it out from now on; `None` if there is none."""
        text, left = asked(given), self._in_order
        if left and asked(left[0].started.input) == text:
            return left.popleft()
        while left:
            each = left.popleft()
            self._by_input.setdefault(asked(each.started.input), deque()).append(each)
        same = self._by_input.get(text)
        return same.popleft() if same else None


_FOR_MACHINES = frozenset({"digest", "how"})


def shown(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input of a step as people are to see it: without digests."""
    return {key: value for key, value in given.items() if key not in _FOR_MACHINES}


def canonical(value: Any) -> str:
    """Return a value as text that does not depend on the order of keys."""
    return _encode(value)


def asked(given: Mapping[str, Any]) -> str:
    """Return the input of a step as text, without how it is done: that may be mended before a run is gone on with."""
    return _encode({key: value for key, value in given.items() if key != "how"} if "how" in given else given)
