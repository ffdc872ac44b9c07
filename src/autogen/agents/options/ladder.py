"""At a limit: what an agent tries, in order, before it stops."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.agents.responders.human import is_allowed
from autogen.agents.responders.model import answer_of
from autogen.core.budgets.account import current_budgets, uncharged
from autogen.core.place import current_scope
from autogen.errors import ContextTooLong, LimitReached
from autogen.memory.view import ViewState, seen_through
from autogen.memory.window import TokenLimit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.converser import Converser
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelReply


async def answer_at_limit(
    agent: Converser, messages: Sequence[ChatMessage], limit: LimitReached, **asked: Any
) -> ModelReply:
    """Ask in the ways that the agent's `at_limit` lists, until one fits into the budgets.

    Raises:
        LimitReached: none of them does.
    """
    for rung in agent.mind.at_limit:
        try:
            if rung == "compact":
                messages = await _half(messages)
            elif rung == "ask" and not await _is_allowed(agent, limit):
                continue
            client = None if rung in ("compact", "ask") else _client(rung)
            reply = await answer_of(agent, messages, client=client, **asked)
        except LimitReached as error:
            limit = error
        except ContextTooLong:
            continue
        else:
            _tell(agent, limit, rung)
            return reply
    raise limit


def _client(rung: Any) -> Any:
    if not isinstance(rung, str):
        return rung
    from autogen.models.factory import model_from_config  # noqa: PLC0415 - only for a model given by its name

    return model_from_config(rung)


async def _half(messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    state = ViewState(_no_questions)
    return await seen_through([TokenLimit(max(1, state.estimate(messages) // 2), leave_free=0)], messages, state)


async def _no_questions(messages: list[ChatMessage]) -> str:
    raise AssertionError(messages)  # a window asks nothing


async def _is_allowed(agent: Converser, limit: LimitReached) -> bool:
    """Ask the human to allow as much again, and do so."""
    prompt = f"{agent.name} has reached its limit {limit.limit}={limit.allowed:g}. Allow as much again? [y/N] "
    with uncharged():
        if not await is_allowed(agent, "limit", prompt):
            return False
    for budget in current_budgets():
        if getattr(budget.limits, limit.limit) == limit.allowed:
            more: dict[str, Any] = {limit.limit: 2 * limit.allowed}
            budget.raise_limits(replace(budget.limits, **more))
    return True


def _tell(agent: Converser, limit: LimitReached, rung: Any) -> None:
    scope = current_scope()
    if scope is not None:
        what = rung if isinstance(rung, str) else f"the model {rung.name}"
        scope.notice(f"{limit} Went on by: {what}.", agent.name)
