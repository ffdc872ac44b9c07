"""Where our outcome differs from the classic's on purpose: the value ours must have, and why.

One difference needs no entry. The classic has written sync and async twice, and its async agents run the sync reply
functions after the async ones: they count an auto reply twice, ask the human twice, and call a model that says nothing
twice. Ours has one body, so its async outcome is the classic's *sync* one, unless the program is named in
`ASYNC_OF_ITS_OWN`.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MISSING = object()


@dataclass(frozen=True)
class Difference:
    """At `path` in the outcome, ours has `ours`; `MISSING` means that ours has nothing there."""

    path: tuple[str | int, ...]
    ours: Any
    reason: str
    form: str = "all"

    def apply(self, outcome: Any) -> None:
        *way, last = self.path
        for key in way:
            outcome = outcome[key]
        if self.ours is MISSING:
            del outcome[last]
        else:
            outcome[last] = self.ours


ASYNC_OF_ITS_OWN: dict[str, str] = {}
"""Programs whose async form is meant to differ from the sync one, and why."""

KNOWN_DIFFERENCES: dict[str, list[Difference]] = {}
