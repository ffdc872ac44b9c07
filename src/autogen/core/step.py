"""The one door to the outside world: model, tool, code and human steps pass through it.

Budgets are checked before a step; its intent and its outcome are recorded around it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar, cast

from autogen.core.budgets.account import current_budgets, soonest
from autogen.core.place import current_scope
from autogen.core.record.inside import place_in, within
from autogen.core.record.recall import recall
from autogen.events import StepEnded, StepStarted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.core.record.kind import StepKind
    from autogen.core.run import Run, Scope
    from autogen.usage import Usage

T = TypeVar("T")


async def step(
    kind: StepKind[T],
    source: str,
    name: str,
    input: dict[str, Any],  # noqa: A002 - the field's name in the event
    perform: Callable[[int], Awaitable[T]],
) -> T:
    """Do something outside: check the budgets, record the intent, do it, record the outcome.

    A run that is run again has the outcome from its record.

    Args:
        kind: what kind of step.
        source: the agent that does it.
        name: what is called: a model, a tool, an executor.
        input: JSON-able facts for the record.
        perform: does it, and is told the step's number.

    Raises:
        LimitReached: nothing is left of a budget, and nothing was done; or its time was up.
    """
    scope = current_scope()
    if scope is None:
        return await perform(0)
    run = scope.run
    parent = place_in(scope.id) if run.is_recorded else scope.id
    recalled = None if run.past is None else await recall(kind, scope, parent, (source, name, input))
    if recalled is not None and recalled.is_answered:
        value = cast("T", recalled.value)
        _account(kind, scope, source, value)
        return value
    if run.switch.is_paused:
        await run.switch.wait()
    budgets = current_budgets()
    if kind.account is None:  # what costs something has made its reservation
        for budget in budgets:
            budget.check()
    step_id = run.next_id() if recalled is None else recalled.id
    scope.emit(StepStarted, source, kind.name, name, input, scope.silent, step_id=step_id, parent_id=parent)
    if run.is_recorded:
        if kind.effect == "once":  # what may happen twice need not wait for the disk
            await run.journal.commit()
        perform = within(perform, scope.id)
    began = time.perf_counter()
    try:
        timed = soonest(budgets) if budgets else None
        value = await (perform(step_id) if timed is None else timed.in_time(perform, step_id))
    except BaseException as error:
        facts = (None, None, f"{type(error).__name__}: {error}", time.perf_counter() - began, scope.silent)
        scope.emit(StepEnded, source, kind.name, name, *facts, step_id=step_id, parent_id=parent)
        raise
    usage = _account(kind, scope, source, value)
    facts = (kind.encode(value), usage, None, time.perf_counter() - began, scope.silent)
    if run.is_recorded:
        details = None if kind.details is None else kind.details(value)
        ended = StepEnded(source, run.id, step_id, parent, run.now(), kind.name, name, *facts, details)
        await _keep(run, ended, is_once=kind.effect == "once")
    else:
        scope.emit(StepEnded, source, kind.name, name, *facts, step_id=step_id)
    return value


async def _keep(run: Run, ended: StepEnded, *, is_once: bool) -> None:
    """Record an outcome; nobody is told of it before it is safe, and what must not happen twice is safe at once."""
    run.journal.append(ended)
    if run.observers or is_once:
        await run.journal.commit()
        run.tell(ended)


def _account(kind: StepKind[T], scope: Scope, source: str, value: T) -> Usage | None:
    """Count what a step has cost."""
    if kind.account is None:
        return None
    model, usage, from_cache = kind.account(value)
    scope.ledger.add(source, model, usage, from_cache=from_cache)
    scope.run.usage.add(usage, from_cache=from_cache)
    return usage
