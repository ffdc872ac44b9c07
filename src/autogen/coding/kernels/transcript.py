"""What a cell prints, in bounded memory, with the places of what it shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autogen.coding.places.supervisor import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_MARK = 64
_MOST_PLACES = 1000
_MARK_THAT_MAY_BE_CUT = re.compile(rb"\x1f[0-9a-f:]*\Z")


class Marks:
    """The marks of one kernel: bytes that no program prints by accident.

    Args:
        nonce: letters and digits that nobody else knows beforehand.

    Attributes:
        latest: number of the last display that was marked.
    """

    def __init__(self, nonce: str) -> None:
        self.latest = 0
        self.template, self.ready = f"\x1f{nonce}:*\x1f", f"\x1f{nonce}:ready\x1f"
        self.pattern = re.compile(rb"\x1f" + nonce.encode() + rb":(\d{1,12})\x1f")


class Transcript:
    """The first and the last part of what is printed, and the marks in it."""

    def __init__(self, marks: Marks, kept_bytes: int) -> None:
        self._marks = marks
        self._kept = Kept(kept_bytes)
        self._held_back = b""
        self._places: list[tuple[int, int]] = []  # position in the stream, number of the display

    @property
    def size_bytes(self) -> int:
        """How much was printed."""
        return self._kept.size_bytes

    @property
    def marked(self) -> set[int]:
        """The numbers of the displays that are marked."""
        return {number for _, number in self._places}

    def add(self, data: bytes) -> None:
        """Take in more."""
        data = self._held_back + data
        start = 0
        for mark in self._marks.pattern.finditer(data):
            self._kept.add(data[start : mark.start()])
            self._marks.latest = int(mark[1])
            if len(self._places) < _MOST_PLACES:
                self._places.append((self._kept.size_bytes, int(mark[1])))
            start = mark.end()
        cut = _MARK_THAT_MAY_BE_CUT.search(data, max(start, len(data) - _LONGEST_MARK))
        end = len(data) if cut is None else cut.start()
        self._kept.add(data[start:end])
        self._held_back = data[end:]

    def pieces(self) -> Iterator[str | int]:
        """Return texts, and the numbers of displays where they belong."""
        self._kept.add(self._held_back)
        self._held_back = b""
        start = 0
        for place, number in self._places:
            yield self._kept.between(start, place)
            yield number
            start = place
        yield self._kept.between(start, self._kept.size_bytes)
