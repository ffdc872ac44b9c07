"""What a model says, in words that belong to no provider: each server of `tests/servers` puts it into its protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

End = Literal["stop", "calls", "length", "filter", "refusal"]


class Asked(NamedTuple):
    """A tool call."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A reply. Usage is 10 tokens read, 4 of them from a cache, and 5 written, 2 of them thought."""

    text: str = ""
    thoughts: str = ""
    calls: tuple[Asked, ...] = ()
    end: End | None = None
    counts: bool = True
    model: str = field(default="stub")

    @property
    def why(self) -> End:
        """Why it ended."""
        return self.end or ("calls" if self.calls else "stop")


def words(text: str) -> list[str]:
    """Cut text into words that keep their spaces."""
    return [word if index == 0 else f" {word}" for index, word in enumerate(text.split(" "))] if text else []
