"""What was taken from an account in the last minute: calls by their beginning, tokens by when they are counted.

What a call reads counts from its beginning on, for a minute. What it writes may be counted by a provider at any time
from its beginning to its end, so it counts all that while and for a minute more.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Taken:
    """What one call has taken."""

    __slots__ = ("at", "calls", "is_counted", "read", "written")

    def __init__(self, at: float, read: int, written: int) -> None:
        self.at, self.calls, self.read, self.written = at, 1, read, written
        self.is_counted = True


class _Written(NamedTuple):
    until: float
    tokens: int


class Window:
    """A sliding window of time.

    Attributes:
        calls: begun in it.
        tokens: counted in it, those that calls under way may still write included.
    """

    __slots__ = ("_begun", "_size_s", "_written", "calls", "tokens")

    def __init__(self, size_s: float) -> None:
        self._size_s = size_s
        self._begun: deque[Taken] = deque()
        self._written: deque[_Written] = deque()
        self.calls = self.tokens = 0

    def move_to(self, now: float) -> None:
        """Forget what lies further back than the window reaches."""
        begun, written = self._begun, self._written
        while begun and now >= begun[0].at + self._size_s:
            taken = begun.popleft()
            taken.is_counted = False
            self.calls -= taken.calls
            self.tokens -= taken.read
        while written and now >= written[0].until:
            self.tokens -= written.popleft().tokens

    def take(self, now: float, read: int, written: int) -> Taken:
        """Count a call that begins now, with the most that it may read and write."""
        taken = Taken(now, read, written)
        self._begun.append(taken)
        self.calls += 1
        self.tokens += read + written
        return taken

    def settle(self, taken: Taken, now: float, read: int, written: int) -> None:
        """Count what a call that ends now has used, instead of what it had taken."""
        if taken.is_counted:
            self.tokens += read - taken.read
            taken.read = read
        self.tokens += written - taken.written
        if written:
            self._written.append(_Written(now + self._size_s, written))

    def give_back(self, taken: Taken, now: float) -> None:
        """Forget a call: nothing was asked."""
        self.settle(taken, now, 0, 0)
        if taken.is_counted:
            self.calls -= taken.calls
            taken.calls = 0

    def next_call_free_s(self, now: float) -> float:
        """Return the seconds until the oldest call is out of the window."""
        return self._begun[0].at + self._size_s - now

    def next_tokens_free_s(self, now: float) -> float | None:
        """Return the seconds until the next tokens are out of the window; `None` if all are of calls under way."""
        ends = [self._begun[0].at + self._size_s] if self._begun else []
        ends += [self._written[0].until] if self._written else []
        return min(ends) - now if ends else None
