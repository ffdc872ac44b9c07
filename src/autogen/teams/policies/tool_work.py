"""Who goes on while tools are at work: whatever a policy wants, a call is answered, and the answer reaches who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.messages import tool_calls_of

if TYPE_CHECKING:
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage
    from autogen.teams.group import Group

_ANSWERS = frozenset({"tool", "function"})


def goes_on_with_tools(last_speaker: Agent, group: Group) -> Agent | None:
    """Return the member that is to run what the last message calls, or that asked for what was just answered.

    `None` where the last message has nothing to do with tools, or nobody in the group could run them.
    """
    last = group.messages[-1]
    names = names_called(last)
    working = _who_runs(names, last_speaker, group) if names else who_asked(group)
    if working is not None:
        group.last_choice = f"{working.name} works with tools"
    return working


def _who_runs(names: list[str], last_speaker: Agent, group: Group) -> Agent | None:
    members = [last_speaker, *group.agents] if last_speaker in group.agents else group.agents
    return next((member for member in members if _can_run(member, names)), None)


def who_asked(group: Group) -> Agent | None:
    """Return the member whose calls the last message answers; `None` if it answers none."""
    if len(group.messages) < 2 or group.messages[-1].get("role") not in _ANSWERS:  # noqa: PLR2004 - a call and its answer
        return None
    return group.agent_by_name(group.messages[-2].get("name", ""))


def names_called(message: ChatMessage) -> list[str]:
    """Return the names of the functions that a message calls."""
    calls = [entry.get("function") for entry in tool_calls_of(message)]
    calls.append(message.get("function_call"))
    return [function.get("name", "") for function in calls if function]


def _can_run(member: object, names: list[str]) -> bool:
    can_execute = getattr(member, "can_execute_function", None)
    return can_execute is not None and bool(can_execute(names))
