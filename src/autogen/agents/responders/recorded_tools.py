"""Calls of tools in a run that is recorded: which edition of the tool is called, and the state that it keeps in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.core.record.edition import edition_of
from autogen.core.record.state import kept_in
from autogen.core.step import step
from autogen.tools.tool import Tool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.agents.converser import Converser
    from autogen.core.record.kind import StepKind
    from autogen.tools.execute import Outcome


async def recorded_step(
    kind: StepKind[Outcome],
    agent: Converser,
    called: tuple[str, Callable[..., Any]],
    facts: dict[str, Any],
    perform: Callable[[int], Awaitable[Outcome]],
) -> Outcome:
    """Make a call as a step; what it does to the tool's state is recorded with its outcome, and recalled with it.

    Raises:
        NotStorable: the state is not JSON; before the call, if it was so before.
    """
    name, function = called
    scope = current_scope()
    edition = edition_of(function.function if isinstance(function, Tool) else function)
    state = function.state if isinstance(function, Tool) else None
    if state is None or scope is None:
        return await step(kind, agent.name, name, {**facts, "how": edition}, perform)
    kept = kept_in(scope.run, state, f"the tool {name!r}")
    change: dict[str, Any] = {}
    recalled: dict[str, Any] = {}

    async def changing(number: int) -> Outcome:
        await kept.wait()
        outcome = await perform(number)
        change.update(await kept.changed())
        return outcome

    def decode(told: Any, details: dict[str, Any], usage: Any) -> Outcome:
        recalled.update(details)
        assert kind.decode is not None
        return kind.decode(told, details, usage)

    def details(_: Outcome) -> dict[str, Any]:
        return change

    stateful = replace(kind, details=details, decode=decode, renewed=kept.numbered)
    given = {**facts, "how": f"{edition}.{await kept.digest()}"}
    outcome = await step(stateful, agent.name, name, given, changing)
    await kept.restore(recalled)
    return outcome
