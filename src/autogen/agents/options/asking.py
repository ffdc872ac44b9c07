"""Asking a model with options: past guards, through a view of the context, for a type, with a way on at a limit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from autogen.agents.options import guarding
from autogen.agents.responders.model import answer_of, as_reply
from autogen.core.place import current_scope
from autogen.errors import ContextTooLong, LimitReached
from autogen.memory.view import ViewState, seen_through
from autogen.messages import text_of
from autogen.models.facts import load_facts, room_for_input
from autogen.tokens import tokens_of_tools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.converser import Converser
    from autogen.agents.threads.history import Thread
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelReply

_SMALLEST_SHARE = 0.1


async def ask_with_options(agent: Converser, thread: Thread, messages: Sequence[ChatMessage]) -> Any:
    """Return the reply of an agent's model to a conversation, as its options want it."""
    if agent.mind.input_guards:
        messages, refusal = await guarding.heard(agent, thread, messages)
        if refusal is not None:
            return refusal
    reply = await _reply(agent, thread, messages)
    return await guarding.said(agent, reply) if agent.mind.output_guards else reply


async def _reply(agent: Converser, thread: Thread, messages: Sequence[ChatMessage]) -> Any:
    output = thread.output or agent.mind.output
    if output is None:
        return as_reply(agent, await _through_view(agent, thread, messages))
    from autogen.agents.options.typed import ask_for_type  # noqa: PLC0415 - only for answers of a type

    return await ask_for_type(agent, output, partial(_through_view, agent, thread, messages))


async def _through_view(
    agent: Converser,
    thread: Thread,
    messages: Sequence[ChatMessage],
    *,
    more: Sequence[ChatMessage] = (),
    **asked: Any,
) -> ModelReply:
    """Ask what is left of the messages; again, with less of them, if the provider finds that too long.

    Args:
        agent: whose model.
        thread: whose view it is.
        messages: the conversation.
        more: what comes after it, whatever the view.
        asked: as for `answer_of`.
    """
    transforms = agent.mind.transforms
    if not transforms:
        return await _within_limits(agent, [*messages, *more] if more else messages, asked)
    state = await _state_of(agent, thread)
    before: Sequence[ChatMessage] | None = None
    while True:
        seen = await seen_through(transforms, messages, state)
        state.estimate(seen)
        try:
            reply = await _within_limits(agent, [*seen, *more] if more else seen, asked)
        except ContextTooLong as error:
            if seen == before or state.share < _SMALLEST_SHARE:  # what is left cannot be cut any more
                raise
            before = seen
            state.refused(str(error))
            _tell(agent, error)
            continue
        if reply.usage is not None and not reply.from_cache and not more:
            state.calibration.learn(reply.usage.input_tokens)
        return reply


async def _within_limits(agent: Converser, messages: Sequence[ChatMessage], asked: dict[str, Any]) -> ModelReply:
    try:
        return await answer_of(agent, messages, **asked)
    except LimitReached as limit:
        if not agent.mind.at_limit:
            raise
        from autogen.agents.options.ladder import answer_at_limit  # noqa: PLC0415 - only at a limit

        return await answer_at_limit(agent, messages, limit, **asked)


async def _state_of(agent: Converser, thread: Thread) -> ViewState:
    state: ViewState | None = thread.view_state
    if state is None:

        async def ask(messages: list[ChatMessage]) -> str:
            return text_of((await answer_of(agent, messages, tools=())).message)

        state = thread.view_state = ViewState(ask)
        if any(getattr(transform, "max_tokens", 0) is None for transform in agent.mind.transforms):
            await load_facts()
            state.context_tokens = room_for_input(agent.mind.model)
    state.tool_tokens = tokens_of_tools(agent.mind.tool_schemas)
    return state


def _tell(agent: Converser, error: ContextTooLong) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(f"Less of the conversation is shown to the model, as it was too long: {error}", agent.name)
