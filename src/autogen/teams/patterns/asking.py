"""Asking members: each question is a conversation of its own, inside the run of whoever asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autogen.core.agent import Agent
from autogen.core.budgets.account import current_budgets
from autogen.core.place import current_scope
from autogen.core.sync import sync_of
from autogen.errors import AgentNameConflict, ConversationError, LimitReached
from autogen.messages import text_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from autogen.agents.conversable import ConversableAgent
    from autogen.messages import ChatMessage
    from autogen.stop_reason import StopReason

AT_ONCE = 16
_AFTER_TERMINATION = 2  # the position behind the check for termination

STOPS_ALL = frozenset({"pending", "stopped", "limit"})
_NOT_FINISHED = frozenset({"max_auto_replies", "no_human", "failed", "cancelled"})


class Interrupted(Exception):
    """A member was stopped for a reason that stops its asker as well: a limit, an approval to wait for, a switch."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


def check_members(members: Iterable[Any], what: str, *, fewest: int = 1) -> None:
    """Refuse members that cannot be asked.

    Raises:
        ValueError: too few.
        TypeError: one that is no agent with a `run`.
        AgentNameConflict: two of one name.
    """
    known = list(members)
    if len(known) < fewest:
        raise ValueError(f"{what} needs at least {fewest} members, not {len(known)}.")
    for member in known:
        if not callable(getattr(member, "run", None)) or not hasattr(member, "name"):
            raise TypeError(f"{what} asks agents and teams, not {type(member).__name__}: {member!r}")
    names = [member.name for member in known]
    for name in names:
        if names.count(name) > 1:
            raise AgentNameConflict(
                f"{names.count(name)} members of {what} are named {name!r}; give each its own name."
            )


async def ask(member: Any, question: Any, *, goes_on: bool = False) -> str:
    """Return a member's answer to a question: text, or a message; `goes_on` with what it was asked here before.

    Raises:
        Interrupted: it was stopped for a reason that concerns the whole run.
        ConversationError: it gave no answer.
    """
    scope = current_scope()
    result = await member.run(question, clear_history=not goes_on, silent=scope is None or scope.silent)
    reason: StopReason | None = result.stop_reason
    if reason is not None and reason.kind in STOPS_ALL:
        raise Interrupted(reason)
    if reason is not None and reason.kind in _NOT_FINISHED:
        raise ConversationError(f"{member.name} did not finish: {reason}. So far: {result.summary!r:.200}")
    return str(result.summary)


async def ask_all(
    questions: Sequence[tuple[Any, Any]], *, at_once: int = AT_ONCE, leaves_out: bool = False, goes_on: bool = False
) -> list[str | None]:
    """Ask several members at once, and return their answers in the order of the questions.

    Args:
        questions: (member, question).
        at_once: so many at the same time.
        leaves_out: a member that fails is reported and answers `None`, unless all fail; otherwise the first failure
            cancels the others and is raised.
        goes_on: as for `ask`.
    """
    answers: list[str | None] = [None] * len(questions)
    failures: list[Exception] = []
    gate = asyncio.Semaphore(at_once)

    async def ask_one(place: int) -> None:
        member, question = questions[place]
        async with gate:
            try:
                answers[place] = await ask(member, question, goes_on=goes_on)
            except Exception as failure:
                if not leaves_out or _concerns_all(member, failure):
                    raise
                failures.append(failure)
                _report(member.name, failure)

    try:
        async with asyncio.TaskGroup() as group:
            for place in range(len(questions)):
                group.create_task(ask_one(place))
    except BaseExceptionGroup as raised:
        raise raised.exceptions[0] from None  # the others were cancelled, or failed for the same reason
    if failures and len(failures) == len(questions):
        raise failures[0]
    return answers


def works_by(agent: ConversableAgent, work: Callable[[Any], Awaitable[Any]]) -> None:
    """Have an agent reply with what `work` makes of the last message that it heard.

    `work` is given text, or a message of parts. Where it was interrupted, the conversation ends and tells why.
    """

    async def a_reply(
        agent: ConversableAgent,
        messages: list[ChatMessage] | None = None,
        sender: Any = None,
        config: object = None,  # noqa: ARG001 - as reply functions are called
    ) -> tuple[bool, Any]:
        thread = agent.chat_threads.of(sender)
        heard = thread.said if messages is None else messages
        task = _task_of(heard[-1]) if heard else ""
        if not task:
            return True, None  # nothing was asked
        thread.answered_by = "members"
        try:
            return True, await work(task)
        except Interrupted as interrupted:
            thread.ending = interrupted.reason
            return True, None

    agent.register_reply([Agent, None], sync_of(a_reply), position=_AFTER_TERMINATION)


def settings(given: dict[str, Any], description: str) -> dict[str, Any]:
    """Return the options of an agent that has no human and no model of its own, unless they were given."""
    return {"human_input_mode": "NEVER", "description": description, **given}


def named(answers: Iterable[tuple[Any, str | None]]) -> dict[str, str]:
    """Return the answers that there are, by the member's name."""
    return {member.name: answer for member, answer in answers if answer is not None}


def listed(answers: dict[str, str]) -> str:
    """Return answers as text, a paragraph each, with the names before them."""
    return "\n\n".join(f"{name}: {answer}" for name, answer in answers.items())


def _task_of(message: ChatMessage) -> Any:
    """Return what is asked: text, or a message of parts."""
    content = message.get("content")
    return {"content": content} if isinstance(content, list) and content else text_of(message)


def _concerns_all(member: Any, failure: Exception) -> bool:
    """Tell whether a failure is one that no other member would be spared; its own limit is its own affair."""
    if not isinstance(failure, Interrupted):
        return isinstance(failure, LimitReached)
    has_own_limit = getattr(getattr(member, "mind", None), "budget", None) is not None
    return failure.reason.kind != "limit" or not has_own_limit or not _is_anything_left()


def _is_anything_left() -> bool:
    try:
        for account in current_budgets():
            account.check()
    except LimitReached:
        return False
    return True


def _report(name: str, failure: Exception) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(f"{name} is left out: {type(failure).__name__}: {failure}", name)
