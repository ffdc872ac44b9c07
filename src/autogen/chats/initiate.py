"""Beginning a chat, seeing it through and making its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.chats.chat import PairChat, converse
from autogen.chats.member import Member, is_member
from autogen.chats.opening import open_with
from autogen.chats.result import ChatResult
from autogen.chats.running import ChatScope, run_scope
from autogen.chats.summary import check_can_sum_up, check_summary_method, summarise
from autogen.errors import AutogenError, LimitReached
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.core.agent import Agent
    from autogen.core.run import Scope


_FINAL = frozenset({"condition", "limit", "stopped", "exit", "no_human"})


class ChatPlan(NamedTuple):
    """What a chat between two agents is to be: the arguments of `initiate_chat`."""

    message: Any = None
    clear_history: bool = True
    silent: bool = False
    cache: Any = None
    max_turns: Any = None
    summary_method: Any = "last_msg"
    summary_args: Mapping[str, Any] | None = None
    context: dict[str, Any] | None = None


async def initiate_chat(sender: Member, recipient: Agent, plan: ChatPlan) -> ChatResult:
    """Let `sender` open a conversation with `recipient`, and return what came of it.

    Raises:
        TypeError, ValueError: an argument that cannot be used; nothing was said.
        AutogenError: it failed; the error's `result` is the conversation so far.
    """
    _check(sender, recipient, plan)
    async with run_scope(silent=plan.silent):
        opened = ChatScope((sender.name, recipient.name), silent=plan.silent, cache=plan.cache)
        with opened as scope:
            reply_at_receive = plan.max_turns is None
            sender.prepare_chat(recipient, scope, clear=plan.clear_history, reply_at_receive=reply_at_receive)
            if is_member(recipient) and recipient is not sender:
                recipient.prepare_chat(sender, scope, clear=plan.clear_history, reply_at_receive=reply_at_receive)
            chat = PairChat(scope, sender, recipient, max_turns=plan.max_turns, silent=plan.silent)
            try:
                reason = await _talk(chat, sender, recipient, plan)
                summary = await summarise(plan.summary_method, plan.summary_args, sender, recipient)
            except Exception as error:
                attach_result(
                    error,
                    _result(scope, sender, recipient, StopReason("failed", detail=f"{type(error).__name__}: {error}")),
                )
                raise
            finally:
                _settle(scope, sender, recipient)
            result = _result(scope, sender, recipient, reason, summary)
            opened.end(reason)
            return result


async def continue_chat(listener: Agent, speaker: Agent, *, silent: bool) -> None:
    """Let a conversation go on from a message that `listener` has just received outside of any chat."""
    async with run_scope(silent=silent):
        opened = ChatScope((speaker.name, listener.name), silent=silent)
        with opened as scope:
            chat = PairChat(scope, speaker, listener, silent=silent)
            chat.give(listener)
            reason = await converse(chat)
            opened.end(reason)


async def _talk(chat: PairChat, sender: Member, recipient: Agent, plan: ChatPlan) -> StopReason:
    if plan.max_turns == 0:
        return StopReason("max_turns", detail="max_turns=0 is reached")
    opening = await open_with(plan.message, sender, recipient, dict(plan.context or {}))
    if opening is None:
        return StopReason("no_reply", sender.name, f"{sender.name} had nothing to say")
    try:
        await chat.deliver(opening, sender)
    except LimitReached as limit:
        return StopReason("limit", sender.name, str(limit))
    reason = chat.stop(opening) or await converse(chat)
    while reason.kind not in _FINAL and chat.pass_over():
        said = chat.scope.turns
        again = await converse(chat)
        if chat.scope.turns == said:
            break
        reason = again
    return reason


def _check(sender: Member, recipient: Agent, plan: ChatPlan) -> None:
    check_summary_method(plan.summary_method)
    if plan.max_turns is not None and (not isinstance(plan.max_turns, int) or plan.max_turns < 0):
        raise ValueError(f"max_turns={plan.max_turns!r}: give a whole number from 0, or None for no bound.")
    if not hasattr(recipient, "name") or not (hasattr(recipient, "receive") or hasattr(recipient, "a_receive")):
        raise TypeError(f"The recipient must be an agent, not {type(recipient).__name__}: {recipient!r}")
    for agent in (sender, recipient):
        if is_member(agent):
            agent.check_reply_functions()
    check_can_sum_up(plan.summary_method, sender, recipient)


def _settle(scope: Scope, sender: Member, recipient: Agent) -> None:
    sender.settle_chat(recipient, scope)
    if is_member(recipient):
        recipient.settle_chat(sender, scope)


def _result(scope: Scope, sender: Member, recipient: Agent, reason: StopReason, summary: Any = None) -> ChatResult:
    thread = sender.chat_threads.of(recipient)
    return ChatResult(
        chat_id=scope.id,
        chat_history=list(thread.said),
        summary=summary,
        cost=scope.ledger.cost_by_model(),
        human_input=list(scope.human_input.get(sender, ())),
        stop_reason=reason,
        turns=scope.turns,
        usage=scope.ledger.total(),
        error=reason.detail if reason.kind == "failed" else None,
        run_id=scope.run.id,
    )


def attach_result(error: Exception, result: ChatResult) -> None:
    """Let an error tell what was said before it."""
    if isinstance(error, AutogenError):
        error.result = result
    error.add_note(f"The chat had {result.turns} messages; they are kept in the agents' chat_messages.")
