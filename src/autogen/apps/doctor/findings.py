"""What an examination finds, as facts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["works", "weaker", "open", "missing"]
"""`works` as it should; `weaker` than it could; `open`: it works, and holds nothing; `missing`, or not working."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        name: what it is.
        state: how it is.
        detail: in a few words, where or which; why, if it is missing.
        cure: what to do about it; empty if there is nothing to do.
    """

    name: str
    state: State
    detail: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A place for code.

    Args:
        finding: whether it works here.
        chosen_by: how a program asks for it.
        holds: what it protects from.
        lacks: what it does not protect from.
        is_default: whether code runs there if nothing is asked for.
    """

    finding: Finding
    chosen_by: str
    holds: str
    lacks: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found.

    Args:
        machine: version of the library, of Python, and of the system.
        interpreter: the Python that runs this.
        levels: places for code, the strongest first.
        languages: what runs the blocks where code runs by default.
        models: what the environment configures; never a key.
        journal: where recorded runs are kept.
        extras: optional packages.
    """

    machine: str
    interpreter: str
    levels: tuple[Level, ...]
    languages: tuple[Finding, ...]
    models: tuple[Finding, ...]
    journal: Finding
    extras: tuple[Finding, ...]

    @property
    def can_contain(self) -> bool:
        """Whether code that a model wrote is contained here unless one asks for less."""
        return any(level.is_default for level in self.levels)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"can_contain": self.can_contain, **asdict(self)}
