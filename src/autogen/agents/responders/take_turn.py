"""A turn: the responders are asked in order, and the first that answers ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.agents.responders.registry import ALWAYS, without

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autogen.agents.converser import Converser
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage


async def take_turn(
    agent: Converser, messages: list[ChatMessage] | None, sender: Agent | None, excluded: Iterable[object] = ()
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
        messages = agent.history.of(sender).messages
    if agent.hooks.is_hooked:
        messages = await agent.hooks.before_reply(messages)
    for responder in without(agent.responders, excluded) if excluded else tuple(agent.responders):
        if responder.trigger is not ALWAYS and not responder.is_triggered_by(sender):
            continue
        own = responder.own_reply
        final, reply = await (
            responder.answer(agent, messages, sender) if own is None else own(agent, messages, sender, responder.config)
        )
        if final:
            return reply
    return agent.default_auto_reply
