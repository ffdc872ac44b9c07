"""Makes the tools of servers those of an agent, once a run comes to use them; the answer is left to the next responder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from autogen.core.place import current_scope
from autogen.core.record.kind import StepKind
from autogen.core.step import step
from autogen.core.sync import sync_of
from autogen.errors import ToolServerFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.converser import Converser
    from autogen.core.agent import Agent
    from autogen.core.run import Run
    from autogen.messages import ChatMessage
    from autogen.tools.making import ToolSource
    from autogen.tools.tool import Tool

LISTING: StepKind[list[dict[str, Any]]] = StepKind("tool", effect="pure", encode=lambda told: told)


class Offer:
    """A source of tools, what an agent has of it at present, and for which runs that was looked at."""

    __slots__ = ("runs", "source", "told", "tools")

    def __init__(self, source: ToolSource) -> None:
        self.source = source
        self.runs: WeakSet[Run] = WeakSet()
        self.told: list[dict[str, Any]] | None = None
        self.tools: list[Tool] = []


async def take_tools(
    agent: Converser,
    messages: Sequence[ChatMessage] | None,  # noqa: ARG001 - as reply functions are called
    sender: Agent | None,  # noqa: ARG001 - as above
    config: Any,
) -> tuple[bool, None]:
    """Look at what a source has, at the first turn of a run.

    Raises:
        ToolServerFailed: it cannot be had, or a name of it is taken.
    """
    offer: Offer = config
    scope = current_scope()
    assert scope is not None, "a turn is always in a run"
    if scope.run not in offer.runs:
        told = await _told(agent, offer.source, is_recorded=scope.run.is_recorded)
        if told != offer.told:
            _exchange(agent, offer, told)
        offer.runs.add(scope.run)
    return False, None


reply_by_sources = sync_of(take_tools)


async def _told(agent: Converser, source: ToolSource, *, is_recorded: bool) -> list[dict[str, Any]]:
    """Return what a source tells of its tools; from the record, where the run is run again."""
    if not is_recorded:
        return await source.told()

    async def perform(_: int) -> list[dict[str, Any]]:
        return await source.told()

    return await step(LISTING, agent.name, source.name, {"listing": True}, perform)


def _exchange(agent: Converser, offer: Offer, told: list[dict[str, Any]]) -> None:
    tools = offer.source.tools_of(told)
    before = {tool.name for tool in offer.tools}
    taken = [tool.name for tool in tools if tool.name in agent.function_map and tool.name not in before]
    if taken:
        raise ToolServerFailed(
            f"{agent.name} has a function {taken[0]!r} already, and so has {offer.source.name!r}. Give the server's tools "
            "another name: McpServer(…, prefix='…')."
        )
    for tool in offer.tools:
        agent.function_map.pop(tool.name, None)
        agent.own_tools.discard(tool.name)
        agent.mind.drop_tool(tool)
    for tool in tools:
        agent.function_map[tool.name] = tool
        agent.own_tools.add(tool.name)
        if agent.mind.has_model:
            agent.mind.add_tool(tool)
    offer.told, offer.tools = told, tools
