"""Handoffs: whoever has the floor passes it on by a tool, and all go on in the one conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.plugging import add_tools
from autogen.core.sync import call
from autogen.errors import NoEligibleSpeaker, UnknownSpeaker
from autogen.teams.policies.tool_work import goes_on_with_tools, who_asked
from autogen.tools.context import ToolContext  # noqa: TC001 - the annotations of a tool are read
from autogen.tools.tool import MAX_NAME, Tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat

HANDED_TO = "handoff_to"
"""The key in the `extras` of a tool's answer: the name of the member that has the floor now."""


@dataclass(frozen=True)
class Handoff:
    """A way to pass the floor on; also what a tool returns to pass it on.

    Args:
        to: the member that is to go on, or its name.
        when: tells the model of the one who may pass it on when to do so.
        context: what the next speaker needs to know besides the conversation: text, or a function of the group, sync
            or async, that returns it. As what a tool returned, it is text.
    """

    to: Agent | str
    when: str = ""
    context: str | Callable[[Any], Any] = ""

    @property
    def name(self) -> str:
        """The name of the member that goes on."""
        return self.to if isinstance(self.to, str) else self.to.name

    def as_tool_answer(self) -> tuple[str, dict[str, Any]]:
        """Return what the conversation is told, and who goes on as data."""
        told = f"{self.name} goes on from here."
        return f"{told}\n{self.context}" if self.context else told, {HANDED_TO: self.name}


class Handoffs:
    """A policy: the floor passes by the tools `transfer_to_<name>`, which it gives to the members, or by any `Handoff`.

    Who works with tools keeps the floor. All hear the one conversation, so nothing is told twice. After an answer that
    passes the floor to nobody, `return_to` has it, and after an answer of `return_to` the chat ends; `user` gives it
    back to the member that spoke last.

    Args:
        ways: to whom each member may pass the floor.
        start: who begins; the first of `ways` if not given.
        user: a member that stands for a human: what they say is for the member before them.
        return_to: who has the floor after an answer; `user` if there is one. Without either, an answer ends the chat.

    Raises:
        ValueError: a member that passes the floor to itself, or two ways of one name.
    """

    def __init__(
        self,
        ways: Mapping[Any, Iterable[Handoff]],
        *,
        start: Agent | None = None,
        user: Agent | None = None,
        return_to: Agent | None = None,
    ) -> None:
        if not ways and start is None:
            raise ValueError("Handoffs without any way need to know who begins: Handoffs({}, start=agent).")
        self.ways: dict[Any, list[Handoff]] = {agent: list(each) for agent, each in ways.items()}
        self.start = start or next(iter(self.ways))
        self.user, self.return_to = user, return_to or user
        for agent, each in self.ways.items():
            _give_tools(agent, each)

    async def __call__(self, last_speaker: Agent, group: GroupChat) -> Agent:
        """Return who has the floor."""
        target = handed_to(group.messages[-1])
        if target is not None:
            group.last_choice = f"{_name(who_asked(group))} handed over to {target}"
            return _member(group, target)
        working = goes_on_with_tools(last_speaker, group)
        if working is not None:
            return working
        if last_speaker not in group.agents or len(group.messages) == 1:
            return self.start
        if last_speaker is self.user:
            return self._before_the_user(group)
        if self.return_to is None or last_speaker is self.return_to:
            raise NoEligibleSpeaker(f"{last_speaker.name} answered, and handed over to nobody.")
        return self.return_to

    def check(self, group: GroupChat) -> list[str]:
        """Return what cannot work in this group."""
        ways = [(agent, way) for agent, each in self.ways.items() for way in each]
        named = dict.fromkeys([*self.ways, self.start, self.user, self.return_to])
        strangers = [agent.name for agent in named if agent is not None and agent not in group.agents]
        return [
            *(f"{agent.name} may hand over to {way.name!r}, who is not a member" for agent, way in ways
              if group.agent_by_name(way.name) is None),
            *(f"the handoffs name {name!r}, who is not a member" for name in strangers),
        ]  # fmt: skip

    def arrows(self, group: GroupChat) -> list[tuple[str, str]]:
        """Return who may follow whom, by name."""
        pairs = [(agent.name, way.name) for agent, ways in self.ways.items() for way in ways]
        back = self.return_to
        if back is not None:
            others = [agent.name for agent in group.agents if agent is not back]
            pairs += [(name, back.name) for name in others]
            pairs += [(back.name, name) for name in others if back is self.user]
        return list(dict.fromkeys(pairs))

    def _before_the_user(self, group: GroupChat) -> Agent:
        for message in reversed(group.messages):
            speaker = group.agent_by_name(message.get("name", ""))
            if speaker is not None and speaker is not self.user:
                return speaker
        return self.start


def handed_to(message: ChatMessage) -> str | None:
    """Return the name of the member that a tool's answer passes the floor to: the first, if several do."""
    for answer in (message, *message.get("tool_responses", ())):
        target = answer.get("extras", {}).get(HANDED_TO)
        if target is not None:
            return cast("str", target)
    return None


def handoff_tool(way: Handoff) -> Tool:
    """Return the tool that passes the floor on; its argument is a note for the next speaker."""

    async def transfer(note: str = "", *, at: ToolContext) -> Handoff:
        context = way.context
        if callable(context):
            context = str(await call(context, getattr(at.caller, "groupchat", None)))
        return Handoff(way.to, context="\n".join(filter(None, (context, note))))

    name = f"transfer_to_{re.sub(r'[^a-zA-Z0-9_-]', '_', way.name)}"[:MAX_NAME]
    purpose = way.when or (getattr(way.to, "description", "") if not isinstance(way.to, str) else "")
    described = f"Hand the conversation over to {way.name}. {purpose}".strip()
    return Tool(transfer, name=name, description=described, effect="repeatable")


def _give_tools(agent: Any, ways: list[Handoff]) -> None:
    if not hasattr(agent, "function_map"):
        raise TypeError(f"{agent!r} cannot be given a tool to hand over with: {type(agent).__name__} has no tools.")
    if any(way.to is agent or way.name == agent.name for way in ways):
        raise ValueError(f"{agent.name} has the floor already: a handoff to itself would change nothing.")
    tools = [handoff_tool(way) for way in ways]
    add_tools(agent, [tool for tool in tools if tool.name not in agent.function_map])


def _member(group: GroupChat, name: str) -> Any:
    member = group.agent_by_name(name)
    if member is None:
        names = ", ".join(group.agent_names)
        raise UnknownSpeaker(
            f"A handoff goes to {name!r}, who is not in the group chat (members: {names}). Add the agent."
        )
    return member


def _name(agent: Agent | None) -> str:
    return "someone" if agent is None else agent.name
