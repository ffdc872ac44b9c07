"""Checking a team before a token is spent: can it stop, who never speaks, which tool has nobody to run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from autogen.chats.termination import Both, Either, StopCondition
from autogen.teams.blueprint.bounds import calls_of_group, most_messages, nested_queues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.core.agent import Agent
    from autogen.teams.group_chat import GroupChat


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a team; an error is something that cannot work."""

    level: Literal["error", "warning", "note"]
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.text}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found.

    Args:
        findings: errors first.
        most_model_calls: how many model calls it makes at the most for one task, retries of a failed call not counted;
            `None` for no bound.
        most_messages: how many messages are said at the most, the task included; `None` for no bound.
    """

    findings: tuple[Finding, ...]
    most_model_calls: int | None
    most_messages: int | None

    @property
    def is_sound(self) -> bool:
        """Whether there is no error."""
        return all(finding.level != "error" for finding in self.findings)

    def __str__(self) -> str:
        calls = "no bound" if self.most_model_calls is None else f"{self.most_model_calls:,}"
        messages = "no bound" if self.most_messages is None else f"{self.most_messages:,}"
        lines = [str(finding) for finding in self.findings] or ["nothing to complain about"]
        return "\n".join([*lines, f"messages at the most: {messages}", f"model calls at the most: {calls}"])


def check_group(group: GroupChat, manager: Any) -> Report:
    """Look at a group without running it."""
    findings = [
        *_members(group),
        *_ways(group),
        *_choosing(group, manager),
        *_tools(group),
        *_stopping(group, manager),
        *_functions(group),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    findings.sort(key=lambda finding: order[finding.level])
    return Report(tuple(findings), calls_of_group(group, manager), most_messages(group))


def _members(group: GroupChat) -> Iterator[Finding]:
    names = group.agent_names
    if len(names) < 2:  # noqa: PLR2004 - a pair
        yield Finding("error", f"{len(names)} member{'s' if not names else ''}; a group has at least two")
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Finding("error", f"{names.count(name)} members are named {name!r}")


def _ways(group: GroupChat) -> Iterator[Finding]:
    if group.allowed_or_disallowed_speaker_transitions is None or callable(group.speaker_selection_method):
        return
    ways = group.allowed_speaker_transitions_dict
    followers = {to for agent in group.agents for to in ways.get(agent, ())}
    for agent in group.agents:
        if agent not in followers:
            yield Finding("warning", f"{agent.name} follows nobody: it can only answer whoever opens from outside")
        if not ways.get(agent):
            yield Finding("note", f"nobody may follow {agent.name}: the talk ends there")
    strangers = {to.name for agent in ways for to in (agent, *ways[agent]) if to not in group.agents}
    for name in sorted(strangers):
        yield Finding("error", f"the transitions name {name!r}, who is not a member")
    if str(group.speaker_selection_method).lower() == "round_robin":
        yield from _round(group)


def _round(group: GroupChat) -> Iterator[Finding]:
    """Walk the round for each beginning, and name who never comes up."""
    reached: set[Agent] = set()
    begins: list[Agent] = group.agents[:1] + [
        group.next_agent(agent, ways) for agent in group.agents if (ways := _inside(group, agent))
    ]
    for first in begins:
        speaker, seen = first, set[Any]()
        while speaker not in seen:
            seen.add(speaker)
            ways = _inside(group, speaker)
            if not ways:
                break
            speaker = group.next_agent(speaker, ways)
        reached |= seen
    for agent in group.agents:
        if agent not in reached:
            yield Finding("warning", f"{agent.name} never speaks: the round passes it over")


def _inside(group: GroupChat, agent: Agent) -> list[Agent]:
    return [to for to in group.allowed_speaker_transitions_dict.get(agent, []) if to in group.agents]


def _choosing(group: GroupChat, manager: Any) -> Iterator[Finding]:
    method = group.speaker_selection_method
    mind = getattr(manager, "mind", None)
    if isinstance(method, str):
        name = method.lower()
        if name not in {"auto", "manual", "random", "round_robin"}:
            yield Finding("error", f"speaker_selection_method={method!r} does not exist")
        has_model = group.select_speaker_auto_llm_config or (mind is not None and mind.has_model)
        if name == "auto" and not has_model:
            yield Finding("warning", "the manager has no model to choose the speaker by: it goes round in order")
    elif (look := getattr(method, "check", None)) is not None:
        yield from (Finding("error", text) for text in look(group))


def _tools(group: GroupChat) -> Iterator[Finding]:
    for agent in group.agents:
        mind = getattr(agent, "mind", None)
        for schema in () if mind is None else mind.tool_schemas:
            name = str(schema.get("function", {}).get("name", ""))
            if not any(name in getattr(other, "function_map", {}) for other in group.agents):
                yield Finding("error", f"{agent.name} may call {name!r}, and no member can run it")


def _stopping(group: GroupChat, manager: Any) -> Iterator[Finding]:
    if most_messages(group) is not None:
        return
    if _may_hold(group.stop):
        yield Finding("warning", "no bound on its messages: it stops only when its stop condition holds")
    elif any(not ways for ways in group.allowed_speaker_transitions_dict.values()):
        yield Finding("warning", "no bound on its messages: it stops only where the transitions end")
    else:
        yield Finding("error", f"{manager.name} cannot be shown to stop: give it MaxTurns(…) or a max_round")


def _may_hold(condition: StopCondition | None) -> bool:
    match condition:
        case None:
            return False
        case Either(conditions=conditions):
            return any(map(_may_hold, conditions))
        case Both(conditions=conditions):
            return all(map(_may_hold, conditions))
        case _:
            return True


def _functions(group: GroupChat) -> Iterator[Finding]:
    for agent in group.agents:
        for queue in nested_queues(agent):
            names = ", ".join(str(getattr(entry.get("recipient"), "name", "nobody")) for entry in queue)
            yield Finding("note", f"{agent.name} may answer by inner chats with {names}")
