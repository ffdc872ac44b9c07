"""Debate: several agents answer, hear one another, answer again, and a vote or a judge decides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from autogen.agents.conversable import ConversableAgent
from autogen.messages import text_of
from autogen.teams.blueprint.bounds import calls_of_tasks
from autogen.teams.patterns.asking import ask_all, check_members, listed, named, settings, works_by
from autogen.teams.patterns.fan_out import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from autogen.core.agent import Agent

HEAR_OTHERS = """The others say:

{answers}

Think again, and give your answer: a new one if they convince you, or the same."""


class Debate(ConversableAgent):
    """An agent whose members answer a task at once, hear the others' answers in each further round, and then decide.

    It ends before its time when all are of one mind.

    Args:
        debaters: at least two agents or teams, with names of their own.
        rounds: how often each is asked, at most.
        judge: decides: an agent, or a callable `(question, answers)` with the last answers by name. If not given, the
            majority decides, and of equals the one that comes first in the order of the debaters.
        vote: what an answer stands for; two that give the same are of one mind. If not given, what follows the last
            "Answer:", or else the whole text, without case, space and marks.
        name: unique in a conversation.
        kwargs: as for `ConversableAgent`.

    Raises:
        ValueError, TypeError, AgentNameConflict: too few debaters, or some that cannot be asked; no round.
    """

    def __init__(
        self,
        debaters: Sequence[Any],
        *,
        rounds: int = 2,
        judge: Callable[..., Any] | Agent | None = None,
        vote: Callable[[str], Hashable] | None = None,
        name: str = "debate",
        **kwargs: Any,
    ) -> None:
        check_members(debaters, name, fewest=2)
        if rounds < 1:
            raise ValueError(f"rounds={rounds}: give a whole number from 1.")
        names = ", ".join(debater.name for debater in debaters)
        super().__init__(name, **settings(kwargs, f"A debate of {names}."))
        self.debaters, self.rounds, self.judge = list(debaters), rounds, judge
        self.vote = vote or vote_of
        works_by(self, self._debate)

    def most_model_calls(self, inside: frozenset[object] = frozenset()) -> int | None:
        """Return how many model calls one answer takes at the most; `None` for no bound."""
        return calls_of_tasks([*self.debaters * self.rounds, self.judge], inside)

    async def _debate(self, task: Any) -> Any:
        answers: dict[str, str] = {}
        for count in range(self.rounds):
            questions = [(debater, self._question(task, debater, answers)) for debater in self.debaters]
            answers = named(zip(self.debaters, await ask_all(questions, goes_on=count > 0), strict=True))
            if len(set(map(self.vote, answers.values()))) == 1:
                break
        if self.judge is not None:
            return await merged(self.judge, text_of(task), answers)
        return majority(list(answers.values()), self.vote)

    def _question(self, task: Any, debater: Any, answers: dict[str, str]) -> Any:
        if not answers:
            return task
        others = {name: answer for name, answer in answers.items() if name != debater.name}
        return HEAR_OTHERS.format(answers=listed(others))


def majority(answers: Sequence[str], vote: Callable[[str], Hashable]) -> str:
    """Return the first answer of those that most stand for; of equals, the one that was given first."""
    votes = [vote(answer) for answer in answers]
    counted = Counter(votes)
    return max(zip(answers, votes, strict=True), key=lambda pair: counted[pair[1]])[0]


def vote_of(answer: str) -> str:
    """Return what follows the last "Answer:" of a text, or else all of it, without case, space and marks."""
    text = answer.casefold().rpartition("answer:")[2]
    return "".join(character for character in text if character.isalnum())
