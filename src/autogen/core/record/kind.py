"""Kinds of steps: what the door, and the record, must know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import StepName
    from autogen.usage import Usage

T = TypeVar("T")

Effect = Literal["pure", "repeatable", "once"]


@dataclass(frozen=True, slots=True)
class StepKind(Generic[T]):
    """What the door must know of a kind of step.

    Args:
        name: the kind.
        effect: whether doing it twice matters (`once`), matters little (`repeatable`) or not at all (`pure`).
        encode: its outcome as JSON-able data.
        account: (model, usage, answered from a cache) of an outcome that costs something.
        details: what else is needed to make the outcome anew, as JSON-able data; asked for where the run is recorded.
        decode: makes the outcome anew from (encoded, details, usage); if not given, it is what was encoded.
        skipped: the outcome of a step that is left out, given why.
        renewed: the details of an outcome that is taken over from another run.
    """

    name: StepName
    effect: Effect
    encode: Callable[[T], Any]
    account: Callable[[T], tuple[str, Usage | None, bool]] | None = None
    details: Callable[[T], dict[str, Any]] | None = None
    decode: Callable[[Any, dict[str, Any], Usage | None], T] | None = None
    skipped: Callable[[str], T] | None = None
    renewed: Callable[[dict[str, Any]], dict[str, Any]] | None = None
