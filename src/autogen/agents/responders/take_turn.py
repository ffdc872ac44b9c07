"""A turn: the responders are asked in order, and the first that answers ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.agents.responders.registry import ALWAYS, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autogen.agents.converser import Converser
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage


async def take_turn(
    agent: Converser, messages: Sequence[ChatMessage] | None, sender: Agent | None, excluded: Iterable[object] = ()
) -> str | ChatMessage | None:
    """Return the agent's reply to a conversation, or `None` if it gives none.

    Args:
        messages: oldest first; the agent's own memory of the conversation with `sender` if not given.
        sender: whom it answers.
        excluded: reply functions that are not to be asked.

    Raises:
        AssertionError: neither messages nor sender.
    """
    if messages is None:
        assert sender is not None, "Either messages or sender must be provided."
        messages = agent.chat_threads.of(sender).said
    if agent.hooks.is_hooked:
        messages = await agent.hooks.before_reply(as_list(messages))
    for responder in without(agent.responders, excluded) if excluded else tuple(agent.responders):
        if responder.trigger is not ALWAYS and not responder.is_triggered_by(sender):
            continue
        own = responder.own_reply
        final, reply = await (
            responder.answer(agent, as_list(messages), sender)
            if own is None
            else own(agent, messages, sender, responder.config)
        )
        if final:
            return reply
    return agent.default_auto_reply


def as_list(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return messages as a user's function gets them: the list itself, or a list of what is seen in a group."""
    return messages if isinstance(messages, list) else list(messages)
