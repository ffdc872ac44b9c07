"""Steps of a run that is run again: answered from the record, taken once more, or in doubt."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from autogen.core.record.earlier import Wanted
from autogen.errors import AutogenError, InDoubt, RecordDiffers
from autogen.events import InputRequested, StepEnded, StepStarted

if TYPE_CHECKING:
    from autogen.core.record.earlier import Earlier
    from autogen.core.record.kind import StepKind
    from autogen.core.record.past import Past, Recorded
    from autogen.core.run import Scope
    from autogen.usage import Usage

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
        return None if past.earlier is None else await _taken_over(kind, scope, parent, asked, past.earlier)
    ended = known.ended
    if ended is not None and (known.has_outcome or past.is_replay):
        _retell(past, scope, known, ended)
        if ended.error is not None:
            raise _failure(ended.error)
        return Recalled(known.id, _decoded(kind, ended.output, ended.details, ended.usage), is_answered=True)
    if past.is_replay:
        raise RecordDiffers(f"The record ends in the middle of {kind.name} {name!r} (step {known.id}).")
    if kind.effect != "once" or await _is_to_be_done_again(past, scope, known):
        return Recalled(known.id)
    return _left_out(kind, scope, parent, (source, name), known.id)


async def _taken_over(
    kind: StepKind[T], scope: Scope, parent: int, asked: tuple[str, str, dict[str, Any]], earlier: Earlier
) -> Recalled[T]:
    """Answer a step from the run that is done again, and record it here as well; or say why it is to be taken."""
    source, name, given = asked
    found = earlier.find(Wanted(kind.name, source, name, given, parent, scope.id, kind.effect == "once"))
    before = found.before
    number = earlier.number(found, scope.run.next_id())
    is_entered = before is not None and not found.why and kind.effect != "once" and earlier.has_inside(before)
    if found.why or before is None or is_entered:
        if is_entered:
            earlier.entered.add(number)
        else:
            earlier.why[number] = found.why
        return Recalled(number)
    past = scope.run.past
    assert past is not None
    if not before.has_outcome and await _is_to_be_done_again(past, scope, before):
        earlier.why[number] = "it was in doubt"
        return Recalled(number)
    earlier.held.add(number)
    scope.emit(StepStarted, source, kind.name, name, given, scope.silent, step_id=number, parent_id=parent)
    ended = before.ended
    if ended is None or not before.has_outcome:
        return _left_out(kind, scope, parent, (source, name), number)
    details = ended.details if kind.renewed is None else kind.renewed(ended.details or {}) or None
    facts = (ended.output, ended.usage, ended.error, 0.0, scope.silent, details)
    scope.emit(StepEnded, source, kind.name, name, *facts, step_id=number, parent_id=parent)
    if ended.error is not None:
        raise _failure(ended.error)
    return Recalled(number, _decoded(kind, ended.output, details, ended.usage), is_answered=True)


def _left_out(kind: StepKind[T], scope: Scope, parent: int, called: tuple[str, str], number: int) -> Recalled[T]:
    """Record that a step is left out, and have it come back with a note."""
    skipped: Any = _SKIPPED if kind.skipped is None else kind.skipped(_SKIPPED)
    source, name = called
    facts = (kind.encode(skipped), None, None, 0.0, scope.silent)
    scope.emit(StepEnded, source, kind.name, name, *facts, step_id=number, parent_id=parent)
    return Recalled(number, skipped, is_answered=True)


def _decoded(kind: StepKind[T], output: Any, details: dict[str, Any] | None, usage: Usage | None) -> Any:
    return output if kind.decode is None else kind.decode(output, details or {}, usage)


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
        await run.journal.commit()
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
