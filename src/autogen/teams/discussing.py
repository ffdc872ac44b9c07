"""A group at work: the opening message is told to all, and the loop runs until the group has done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.chats.chat import converse
from autogen.chats.running import run_scope
from autogen.core.place import current_scope
from autogen.stop_reason import StopReason
from autogen.teams.group_floor import GroupFloor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.conversable import ConversableAgent
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat

_INSIDE = frozenset({"name", "role", "tool_calls", "function_call", "tool_responses", "extras"})


async def discuss(
    manager: ConversableAgent,
    group: GroupChat,
    messages: Sequence[ChatMessage] | None,
    sender: Agent,
    *,
    silent: bool,
) -> Any:
    """Let the group discuss the last message; return its last one where the asker waits for it, otherwise `None`."""
    thread = manager.history.of(sender)
    said = thread.said if messages is None else messages
    if not said:
        return None
    here = current_scope()
    silent = silent or (here is not None and here.silent)
    async with run_scope(silent=silent) as scope:
        floor = GroupFloor(manager, group, scope, silent=silent)
        if group.max_round == 0:
            thread.ending = StopReason("max_turns", manager.name, "max_round=0 is reached")
            return None
        await floor.open(said[-1], sender)
        reason = floor.stop(None) or await converse(floor)
        thread.ending = group.ending = floor.ending or reason
    if sender is not manager and wants_an_answer(sender) and len(group.messages) > 1:
        thread.answered_by = "group"
        return _as_answer(group.messages[-1])
    return None


def _as_answer(last: ChatMessage) -> dict[str, Any]:
    """Return what a member said as the word of the group: calls that were left open, and what only the group reads, stay inside."""
    said = {key: value for key, value in last.items() if key not in _INSIDE}
    return said if said.get("content") is not None else {**said, "content": ""}


def wants_an_answer(sender: Agent) -> bool:
    """Tell whether an asker goes on with what the group came to: another group's manager, or who gave a task to it."""
    return hasattr(sender, "groupchat") or not hasattr(sender, "history")
