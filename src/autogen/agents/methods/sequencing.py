"""Chats in a row and inner chats. Methods of `ConversableAgent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from autogen.agents.converser import Converser
    from autogen.chats.result import ChatResult


async def initiate_chats(self: Converser, chat_queue: list[dict[str, Any]]) -> list[ChatResult]:
    """Run chats one after the other; each is given the summaries of those before it.

    Args:
        chat_queue: dicts with `recipient` and what `initiate_chat` takes; `sender` if it is not this agent;
            `carryover` of its own; `finished_chat_indexes_to_exclude_from_carryover`.

    Returns:
        The results, in the order of the queue.
    """
    from autogen.chats.sequence import check_queue, run_in_a_row  # noqa: PLC0415 - brings the engine

    entries = [{"sender": self, **entry} for entry in check_queue(chat_queue, needs_sender=False)]
    self.chat_results = await run_in_a_row(entries)
    return self.chat_results


async def a_initiate_chats(self: Converser, chat_queue: list[dict[str, Any]]) -> dict[Hashable, ChatResult]:
    """Run chats at the same time where their `prerequisites` allow it.

    Args:
        chat_queue: as for `initiate_chats`, with a `chat_id` and `prerequisites` (a list of ids) where a chat waits
            for others, whose summaries it is given.

    Returns:
        The results by `chat_id` (an entry without one has its place in the queue, from 0).

    Raises:
        ValueError: chats that wait for one another or for one that is not there, or two of one id.
    """
    from autogen.chats.sequence import check_queue, run_as_graph  # noqa: PLC0415 - brings the engine

    entries = [{"sender": self, **entry} for entry in check_queue(chat_queue, needs_sender=False)]
    results = await run_as_graph(entries)
    self.chat_results = results
    return results


def get_chat_results(self: Converser, chat_index: Any = None) -> Any:
    """Return the results of the last `initiate_chats` (a list, or a dict by chat id), or one of them; none before any."""
    return self.chat_results if chat_index is None else self.chat_results[chat_index]


def register_nested_chats(
    self: Converser,
    chat_queue: list[dict[str, Any]],
    trigger: Any,
    reply_func_from_nested_chats: str | Callable[..., Any] = "summary_from_nested_chats",
    position: int = 2,
    use_async: bool | None = None,
) -> None:
    """Answer messages by inner chats: the reply is the summary of the last one.

    The first chat without a `message` is opened with the outer message. A `message` may be a callable
    `(recipient, messages, sender, config)`; a chat whose message is empty or `None` is skipped.

    Args:
        chat_queue: as for `initiate_chats`; `carryover_config` (`summary_method`: "all", "last_msg",
            "reflection_with_llm" or a callable; `summary_args`) hands on what the outer conversation came to.
        trigger: whose messages, as for `register_reply`.
        reply_func_from_nested_chats: or a callable `(chat_queue, recipient, messages, sender, config)` that returns
            `(final, reply)`.
        position: as for `register_reply`.
        use_async: `True` runs the chats at the same time where their `prerequisites` allow it.

    Raises:
        ValueError: an entry without `chat_id` when `use_async` is true, or another kind of reply function.
    """
    from autogen.agents.responders.nested import nested_reply  # noqa: PLC0415 - brings the engine
    from autogen.chats.sequence import check_queue  # noqa: PLC0415 - brings the engine

    check_queue(chat_queue, needs_sender=False)
    if use_async and any("chat_id" not in entry for entry in chat_queue):
        raise ValueError("chat_id is required for async nested chats. Give each entry of the chat queue one.")
    reply = nested_reply(chat_queue, reply_func_from_nested_chats, at_once=bool(use_async))
    self.register_reply(trigger, reply, position)
