"""Time limits of a call: connect, first byte, idle, overall. One timer serves the last three, to keep tokens cheap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

_SCALE = 10


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    Args:
        connect_s: for a connection.
        first_byte_s: for the answer to begin.
        idle_s: for the next piece of an answer that has begun.
        overall_s: for the whole call.
    """

    connect_s: float = 10.0
    first_byte_s: float = 600.0
    idle_s: float = 120.0
    overall_s: float = 1800.0

    @classmethod
    def of(cls, value: object) -> Timeouts:
        """Return the limits that a `timeout` means: seconds for each wait, and ten times as much overall; or a dict.

        An `httpx2.Timeout` counts as well: its `connect` and `read`.
        """
        if value is None:
            return cls()
        if isinstance(value, dict):
            return cls(
                **{
                    f"{str(key).removesuffix('_s')}_s": float(seconds)
                    for key, seconds in cast("dict[str, Any]", value).items()
                }
            )
        if isinstance(value, (int, float)):
            seconds = float(value)
            return cls(min(cls().connect_s, seconds), seconds, seconds, seconds * _SCALE)
        parts: Any = value
        read = parts.read if parts.read is not None else cls().overall_s
        return cls(
            parts.connect if parts.connect is not None else cls().connect_s, read, read, max(cls().overall_s, read)
        )


class Deadline:
    """The clock of one call.

    Attributes:
        limits: what it counts for.
        timer: an asyncio timeout, to be entered around the call.
    """

    __slots__ = ("_ends", "_has_begun", "_loop", "limits", "timer")

    def __init__(self, limits: Timeouts) -> None:
        self.limits, self._loop, self._has_begun = limits, asyncio.get_running_loop(), False
        now = self._loop.time()
        self._ends = now + limits.overall_s
        self.timer = asyncio.timeout_at(min(now + limits.first_byte_s, self._ends))

    def progressed(self) -> None:
        """Note that a piece has arrived."""
        self._has_begun = True
        self.timer.reschedule(min(self._loop.time() + self.limits.idle_s, self._ends))

    def close_within(self, seconds: float) -> None:
        """Note that all has arrived, and that the connection has this long to come to its end."""
        self.timer.reschedule(self._loop.time() + seconds)

    @property
    def fired(self) -> str:
        """The limit that ended the call, for people."""
        if self._loop.time() >= self._ends:
            return f"overall limit of {self.limits.overall_s:g} s"
        return (
            f"idle limit of {self.limits.idle_s:g} s"
            if self._has_begun
            else f"first-byte limit of {self.limits.first_byte_s:g} s"
        )
