"""Fan-out with join: members are asked at once, and their answers become one; also in layers."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from autogen.agents.conversable import ConversableAgent
from autogen.core.sync import call
from autogen.messages import text_of
from autogen.teams.blueprint.bounds import calls_of_tasks
from autogen.teams.patterns.asking import (
    AT_ONCE,
    ask,
    ask_all,
    check_members,
    listed,
    named,
    settings,
    works_by,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.core.agent import Agent

MERGE = """{question}

These answers were given:

{answers}

Make one answer out of them: keep what is right, leave out what is wrong, and do not mention that there were several."""

NEXT_LAYER = """{question}

Others have answered already:

{answers}

Use what is right in these answers, mend what is wrong, and give the best answer that you can."""


class FanOut(ConversableAgent):
    """An agent that passes a task to its members, all at once, and answers when the slowest has answered.

    Each task is a new conversation of each member, which hears the last message only.

    Args:
        members: agents and teams, with names of their own.
        merge: makes one answer of several: a callable `(question, answers)`, sync or async, where `answers` maps names
            to texts; or an agent that is asked to. If not given, the answers follow one another, each with its name.
        failures: "stop": the first failure cancels the others and is the failure of the whole; "leave out": the others'
            answers are merged, unless all failed.
        at_once: so many members work at the same time.
        name: unique in a conversation.
        kwargs: as for `ConversableAgent`.

    Raises:
        ValueError, TypeError, AgentNameConflict: no members, or some that cannot be asked.
    """

    def __init__(
        self,
        members: Sequence[Any],
        *,
        merge: Callable[..., Any] | Agent | None = None,
        failures: Literal["stop", "leave out"] = "stop",
        at_once: int = AT_ONCE,
        name: str = "panel",
        **kwargs: Any,
    ) -> None:
        check_members(members, name)
        _check_options(failures, at_once)
        names = ", ".join(member.name for member in members)
        super().__init__(name, **settings(kwargs, f"Asks {names} at once."))
        self.members, self.merge = list(members), merge
        self.at_once, self.leaves_out = at_once, failures == "leave out"
        works_by(self, self._ask_members)

    def most_model_calls(self, inside: frozenset[object] = frozenset()) -> int | None:
        """Return how many model calls one answer takes at the most; `None` for no bound."""
        return calls_of_tasks([*self.members, self.merge], inside)

    async def _ask_members(self, task: Any) -> Any:
        questions = [(member, task) for member in self.members]
        given = await ask_all(questions, at_once=self.at_once, leaves_out=self.leaves_out)
        return await merged(self.merge, text_of(task), named(zip(self.members, given, strict=True)))


class Mixture(ConversableAgent):
    """An agent that passes a task through layers of members: each layer works at once, and sees what the one before said.

    Args:
        layers: lists of agents and teams; one may stand in several layers.
        aggregator: makes one answer of the last layer's, as `merge` of `FanOut`.
        failures: as for `FanOut`, within a layer.
        at_once: so many members work at the same time.
        name: unique in a conversation.
        kwargs: as for `ConversableAgent`.

    Raises:
        ValueError, TypeError, AgentNameConflict: no layers, or members that cannot be asked.
    """

    def __init__(
        self,
        layers: Sequence[Sequence[Any]],
        aggregator: Callable[..., Any] | Agent | None,
        *,
        failures: Literal["stop", "leave out"] = "stop",
        at_once: int = AT_ONCE,
        name: str = "mixture",
        **kwargs: Any,
    ) -> None:
        if not layers:
            raise ValueError(f"{name} needs at least one layer of members.")
        for layer in layers:
            check_members(layer, f"a layer of {name}")
        _check_options(failures, at_once)
        size = " + ".join(str(len(layer)) for layer in layers)
        super().__init__(name, **settings(kwargs, f"Asks {size} agents in layers."))
        self.layers, self.aggregator = [list(layer) for layer in layers], aggregator
        self.at_once, self.leaves_out = at_once, failures == "leave out"
        works_by(self, self._pass_through)

    def most_model_calls(self, inside: frozenset[object] = frozenset()) -> int | None:
        """Return how many model calls one answer takes at the most; `None` for no bound."""
        return calls_of_tasks([*chain(*self.layers), self.aggregator], inside)

    async def _pass_through(self, task: Any) -> Any:
        asked = text_of(task)
        answers: dict[str, str] = {}
        question = task
        for layer in self.layers:
            questions = [(member, question) for member in layer]
            given = await ask_all(questions, at_once=self.at_once, leaves_out=self.leaves_out)
            answers = named(zip(layer, given, strict=True))
            question = NEXT_LAYER.format(question=asked, answers=listed(answers))
        return await merged(self.aggregator, asked, answers)


async def merged(merge: Callable[..., Any] | Agent | None, question: str, answers: dict[str, str]) -> Any:
    """Return one answer made of several; see `FanOut` for `merge`."""
    if merge is None:
        return listed(answers)
    if callable(merge):
        return await call(merge, question, answers)
    return await ask(merge, MERGE.format(question=question, answers=listed(answers)))


def _check_options(failures: str, at_once: int) -> None:
    if failures not in {"stop", "leave out"}:
        raise ValueError(f"failures={failures!r}: it must be 'stop' or 'leave out'.")
    if at_once < 1:
        raise ValueError(f"at_once={at_once}: give a whole number from 1.")
