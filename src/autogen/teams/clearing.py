"""The command CLEAR HISTORY, by which a member (mostly a human) makes members forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from autogen.core.agent import Agent
    from autogen.teams.group_chat import GroupChat

_COMMAND = "CLEAR HISTORY"
_MOST_ARGUMENTS = 2


def tells_to_clear(message: object) -> bool:
    """Tell whether a message gives the command; only a dict does, as a human's reply is one."""
    content: object = cast("dict[str, Any]", message).get("content") if isinstance(message, dict) else None
    return isinstance(content, str) and _COMMAND in content.upper()


def clear_as_told(message: dict[str, Any], group: GroupChat) -> dict[str, Any]:
    """Clear as the message says, and return it without the command.

    `CLEAR HISTORY [name of a member] [number of messages to keep]`, in either order; without a name all members and
    the group forget. A tool's answer is not kept without its call.
    """
    words = str(message["content"]).split()
    place = next(index for index, word in enumerate(words) if word.upper().startswith("CLEAR"))
    agent: Agent | None = None
    keep: int | None = None
    taken = 0
    for word in words[place + 2 : place + 2 + _MOST_ARGUMENTS]:
        bare = word.rstrip(".,;:!?")
        named = group.agent_by_name(bare) or group.agent_by_name(word)
        if keep is None and bare.isdecimal():
            keep = int(bare)
        elif agent is None and named is not None:
            agent = named
        else:
            break
        taken += 1
    if message.get("tool_responses"):  # the call that this message answers stays, or no provider accepts the answer
        keep = (keep or 0) + 1
    _clear(group, agent, keep)
    left = words[:place] + words[place + 2 + taken :]
    return {**message, "content": " ".join(left)}


def _clear(group: GroupChat, agent: Agent | None, keep: int | None) -> None:
    for member in group.agents if agent is None else [agent]:
        forget = getattr(member, "clear_history", None)
        if forget is not None:
            forget(nr_messages_to_preserve=keep)
    if agent is None:
        kept = keep or 0
        messages = group.messages
        if 0 < kept < len(messages) and messages[-kept].get("role") in {"tool", "function"}:
            kept += 1  # as History.forget does
        del messages[: max(0, len(messages) - kept)]
