"""Makes tools of what is given as such: functions, tools, agents and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.tools.tool import Tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class ToolSource(Protocol):
    """Whatever has tools that are known only once a run uses it: a tool server."""

    @property
    def name(self) -> str:
        """What it is called, for people."""
        ...

    async def told(self) -> list[dict[str, Any]]:
        """Return what is told of the tools in the current run, as JSON-able data."""
        ...

    def tools_of(self, told: Sequence[Mapping[str, Any]]) -> list[Tool]:
        """Return the tools that are told of."""
        ...


def is_source(given: object) -> bool:
    """Tell whether this is a source of tools, and no tool itself."""
    return hasattr(given, "told") and hasattr(given, "tools_of")


def as_tool(given: object) -> Tool:
    """Return the tool that this is, or that is made of it: of a function, or of an agent or team with `name` and `run`.

    Raises:
        TypeError: none of these.
    """
    if isinstance(given, Tool):
        return given
    if callable(getattr(given, "run", None)) and hasattr(given, "name"):
        from autogen.tools.agent_tool import agent_tool  # noqa: PLC0415 - only where an agent is a tool

        return agent_tool(cast("Any", given))
    return Tool(cast("Any", given))


def as_tools(given: Iterable[object]) -> list[Tool]:
    """Return tools, each name once.

    Raises:
        ValueError: two of one name.
    """
    tools = [as_tool(each) for each in given]
    names = [each.name for each in tools]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"Several tools are named {', '.join(map(repr, doubled))}. Rename one: tool(f, name='other').")
    return tools
