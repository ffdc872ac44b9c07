"""Answers with what inner chats came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.chats.sequence import as_list, is_pending, run_as_graph, run_in_a_row
from autogen.chats.summary import summarise_messages
from autogen.core.sync import call, sync_of
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.agents.converser import Converser
    from autogen.chats.result import ChatResult
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage

SUMMARY_FROM_NESTED_CHATS = "summary_from_nested_chats"


def nested_reply(queue: list[dict[str, Any]], make_reply: object, *, at_once: bool) -> Callable[..., Any]:
    """Return a reply function that runs the queue and answers with the last summary, or by the user's function.

    Args:
        queue: entries as for `initiate_chats`; see `ConversableAgent.register_nested_chats`.
        make_reply: `SUMMARY_FROM_NESTED_CHATS`, or a function `(chat_queue, recipient, messages, sender, config)`.
        at_once: run the chats at the same time where their prerequisites allow it.

    Raises:
        ValueError: a `make_reply` of another kind.
    """
    if make_reply != SUMMARY_FROM_NESTED_CHATS and not callable(make_reply):
        raise ValueError(
            f"reply_func_from_nested_chats={make_reply!r}: give {SUMMARY_FROM_NESTED_CHATS!r}, "
            "or a function (chat_queue, recipient, messages, sender, config) that returns (final, reply)."
        )

    async def a_reply(
        agent: Converser,
        messages: list[ChatMessage] | None = None,
        sender: Agent | None = None,
        config: Any = None,
    ) -> tuple[bool, Any]:
        if messages is None:
            messages = agent.chat_threads.of(sender).messages
        if callable(make_reply):
            return await call(make_reply, queue, agent, messages, sender, config)
        wanted = [await _entry(each, index, agent, (messages, sender, config)) for index, each in enumerate(queue)]
        entries = [entry for entry in wanted if entry is not None]
        if not entries:
            return True, None
        results = list((await run_as_graph(entries)).values()) if at_once else await run_in_a_row(entries)
        waiting = next((result.stop_reason for result in results if is_pending(result)), None)
        if waiting is not None:  # so does the conversation outside
            agent.chat_threads.of(sender).ending = StopReason("pending", agent.name, str(waiting))
            return True, None
        return True, _last_summary(results)

    reply = sync_of(a_reply)
    reply.chat_queue = queue  # type: ignore[attr-defined] - for whoever looks at a team before it runs
    return reply


async def _entry(
    given: Mapping[str, Any], index: int, agent: Converser, asked: tuple[list[ChatMessage], Agent | None, Any]
) -> dict[str, Any] | None:
    """Return an entry with its sender and its opening message; `None` if it has nothing to say and is skipped."""
    messages, sender, config = asked
    entry = {"sender": agent, **given}
    message = entry.get("message")
    if message is None and index == 0:
        message = messages[-1].get("content") if messages else None
    elif callable(message):
        message = await call(cast("Any", message), agent, messages, sender, config)
    if not message:
        return None
    outer = entry.pop("carryover_config", None)
    if outer is not None:
        entry["carryover"] = [await _outer_summary(outer, messages, agent), *as_list(entry.get("carryover"))]
    entry["message"] = {"content": message} if isinstance(message, list) else message
    return entry


async def _outer_summary(config: Any, messages: list[ChatMessage], agent: Converser) -> Any:
    """Return what the outer conversation came to so far, in the way that `carryover_config` says."""
    if not isinstance(config, dict) or "summary_method" not in config:
        raise ValueError(f"carryover_config must be a dict with a 'summary_method', not {config!r}.")
    said = cast("dict[str, Any]", config)
    return await summarise_messages(said["summary_method"], said.get("summary_args"), messages, agent)


def _last_summary(results: list[ChatResult]) -> Any:
    """Return the last summary that says anything."""
    return next((result.summary for result in reversed(results) if result.summary is not None), None)
