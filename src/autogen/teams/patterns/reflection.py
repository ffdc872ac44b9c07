"""Reflection: a writer's draft goes to a critic and back, until it is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.agents.conversable import ConversableAgent
from autogen.core.sync import call
from autogen.messages import text_of
from autogen.teams.blueprint.bounds import calls_of_tasks
from autogen.teams.patterns.asking import ask, check_members, settings, works_by

if TYPE_CHECKING:
    from collections.abc import Callable

APPROVED = "APPROVED"

CRITICISE = f"""The task:

{{task}}

The draft:

{{draft}}

Say what is to be better, or, if it is good as it is, just {APPROVED}."""

NEXT_DRAFT = f"""The next draft:

{{draft}}

Say what is to be better, or, if it is good as it is, just {APPROVED}."""

REVISE = """A critic says:

{review}

Write it anew, and give nothing but the new text."""


class Reflection(ConversableAgent):
    """An agent whose writer drafts and whose critic reviews, until the critic approves or the rounds are over.

    The answer is the last draft.

    Args:
        writer: an agent or a team.
        critic: another one.
        rounds: how many drafts are reviewed at the most.
        is_approved: tells of a review, sync or async, whether the draft is good. If not given: its first or its last
            word is APPROVED.
        name: unique in a conversation.
        kwargs: as for `ConversableAgent`.

    Raises:
        ValueError, TypeError, AgentNameConflict: no round, or two that cannot be asked or told apart.
    """

    def __init__(
        self,
        writer: Any,
        critic: Any,
        *,
        rounds: int = 3,
        is_approved: Callable[[str], Any] | None = None,
        name: str = "reflection",
        **kwargs: Any,
    ) -> None:
        check_members([writer, critic], name, fewest=2)
        if rounds < 1:
            raise ValueError(f"rounds={rounds}: give a whole number from 1.")
        described = f"{writer.name} writes, and {critic.name} reviews it."
        super().__init__(name, **settings(kwargs, described))
        self.writer, self.critic, self.rounds = writer, critic, rounds
        self.is_approved = is_approved or approves
        works_by(self, self._write)

    def most_model_calls(self, inside: frozenset[object] = frozenset()) -> int | None:
        """Return how many model calls one answer takes at the most; `None` for no bound."""
        return calls_of_tasks([self.writer, *[self.critic, self.writer] * self.rounds], inside)

    async def _write(self, task: Any) -> str:
        draft = await ask(self.writer, task)
        for count in range(self.rounds):
            wording = NEXT_DRAFT if count else CRITICISE
            review = await ask(self.critic, wording.format(task=text_of(task), draft=draft), goes_on=count > 0)
            if await self._is_good(review):
                break
            draft = await ask(self.writer, REVISE.format(review=review), goes_on=True)
        return draft

    async def _is_good(self, review: str) -> bool:
        return approves(review) if self.is_approved is approves else bool(await call(self.is_approved, review))


def approves(review: str) -> bool:
    """Tell whether the first or the last word of a review is APPROVED."""
    words = ["".join(filter(str.isalnum, word)) for word in review.split()]
    return bool(words) and APPROVED in {words[0], words[-1]}
