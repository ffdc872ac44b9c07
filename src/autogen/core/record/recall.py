"""Steps of a run that is run again: answered from the record, taken once more, or in doubt."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from autogen.errors import AutogenError, InDoubt, RecordDiffers
from autogen.events import InputRequested, StepEnded, StepStarted

if TYPE_CHECKING:
    from autogen.core.record.kind import StepKind
    from autogen.core.record.past import Past, Recorded
    from autogen.core.run import Scope

T = TypeVar("T")

_SKIPPED = (
    "Error: this was begun before an interruption; whether it took effect is not known, and it was not done again."
)


class StepFailed(AutogenError):
    """A recorded failure of a kind that has no name here; its words are those of the record."""


class Recalled(NamedTuple, Generic[T]):
    """What the record has of a step: its number, and its outcome if `is_answered`; otherwise it is to be taken again."""

    id: int
    value: T | None = None
    is_answered: bool = False


async def recall(
    kind: StepKind[T], scope: Scope, parent: int, asked: tuple[str, str, dict[str, Any]]
) -> Recalled[T] | None:
    """Return what the record has of a step; `None` if nothing.

    Args:
        kind: of the step.
        scope: where it is asked.
        parent: number of the chat or step that it is part of.
        asked: its source, name and input.

    Raises:
        RecordDiffers: the record has another step in its place.
        InDoubt: it must not happen twice, and nobody knows what came of it.
        Exception: it failed, and that was recorded.
    """
    past = scope.run.past
    assert past is not None
    source, name, given = asked
    known = await past.step(parent, kind.name, source, name, given)
    if known is None:
        return None
    ended = known.ended
    if ended is not None and (known.has_outcome or past.is_replay):
        _retell(past, scope, known, ended)
        if ended.error is not None:
            raise _failure(ended.error)
        value: Any = (
            ended.output if kind.decode is None else kind.decode(ended.output, ended.details or {}, ended.usage)
        )
        return Recalled(known.id, value, is_answered=True)
    if past.is_replay:
        raise RecordDiffers(f"The record ends in the middle of {kind.name} {name!r} (step {known.id}).")
    if kind.effect != "once" or await _is_to_be_done_again(past, scope, known):
        return Recalled(known.id)
    skipped: Any = _SKIPPED if kind.skipped is None else kind.skipped(_SKIPPED)
    facts = (kind.encode(skipped), None, None, 0.0, scope.silent)
    scope.emit(StepEnded, source, kind.name, name, *facts, step_id=known.id, parent_id=parent)
    return Recalled(known.id, skipped, is_answered=True)


def _retell(past: Past, scope: Scope, known: Recorded, ended: StepEnded) -> None:
    """Tell the observers of a replay."""
    if not past.is_replay:
        return
    run = scope.run
    for event in (known.started, ended):
        told: tuple[Any, ...] = tuple(getattr(event, name) for name in event.__slots__)
        run.emit(type(event)(event.source, run.id, event.step_id, event.parent_id, run.now(), *told))


async def _is_to_be_done_again(past: Past, scope: Scope, known: Recorded) -> bool:
    started = known.started
    decision = past.in_doubt
    run = scope.run
    human = run.human
    if decision == "ask" and human is not None:
        question = InputRequested(started.source, run.id, 0, scope.id, run.now(), _question(started))
        run.emit(question)
        words = (await human.ask(question) or "").strip().lower()
        decision = {"again": "again", "a": "again", "skip": "skip", "s": "skip"}.get(words, "stop")
    if decision not in {"again", "skip"}:
        raise InDoubt(started.kind, started.name, started.input, known.id)
    return decision == "again"


def _question(started: StepStarted) -> str:
    return (
        f"{started.source} had begun {started.kind} {started.name!r} ({started.input!r:.2000}) when it was interrupted, and "
        "nobody knows whether it took effect. Do it again, or skip it? [again/skip/stop] "
    )


def _failure(words: str) -> Exception:
    """Return a recorded failure as the error that it was, as far as that can be told."""
    name, _, text = words.partition(": ")
    kind: Any = _ours(AutogenError, name)
    if kind is None:
        kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        return StepFailed(words)
    failure = kind.__new__(kind)
    failure.args = (text,)
    for attribute in ("model", "partial", "limit"):
        failure.__dict__.setdefault(attribute, "")
    for attribute in ("status", "attempts", "retry_after_s"):
        failure.__dict__.setdefault(attribute, None)
    return failure


def _ours(kind: type[Any], name: str) -> type[Any] | None:
    if kind.__name__ == name:
        return kind
    return next((found for below in kind.__subclasses__() if (found := _ours(below, name))), None)
