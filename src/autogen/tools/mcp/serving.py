"""Our tools, and agents as tools, for the clients of others: over standard input and output, or as an ASGI app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp_types import CallToolResult, ListToolsResult, TextContent, ToolAnnotations
from mcp_types import Tool as ToldTool

from autogen._version import __version__
from autogen.core.approval import ApprovalRequest, canonical, decide
from autogen.tools.arguments import read_arguments
from autogen.tools.context import ToolContext
from autogen.tools.execute import Outcome, failed, run_tool
from autogen.tools.making import as_tools

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_types import CallToolRequestParams
    from starlette.applications import Starlette

    from autogen.tools.tool import Tool


def mcp_server(tools: Iterable[object], *, name: str = "autogen") -> Server[Any]:
    """Return a server of the protocol's package that offers these tools.

    Args:
        tools: functions, tools, agents. One that needs the approval of a human is refused here, as nobody can be asked;
            give it a function that decides.
        name: the server's name.
    """
    tool_by_name = {each.name: each for each in as_tools(tools)}
    listed = [_told(each) for each in tool_by_name.values()]

    async def list_tools(_: Any, params: Any) -> ListToolsResult:  # noqa: ARG001 - as the package calls it
        return ListToolsResult(tools=listed, ttl_ms=0, cache_scope="private")

    async def call_tool(_: Any, params: CallToolRequestParams) -> CallToolResult:
        tool = tool_by_name.get(params.name)
        outcome = (
            failed(f"There is no tool {params.name[:100]!r}.") if tool is None else await _run(tool, params.arguments)
        )
        text = outcome.content if outcome.ok else re.sub(r"^Error: ", "", outcome.content)
        return CallToolResult(content=[TextContent(text=text)], is_error=not outcome.ok)

    return Server(name, version=__version__, on_list_tools=list_tools, on_call_tool=call_tool)


async def serve_stdio(tools: Iterable[object], *, name: str = "autogen") -> None:
    """Offer these tools over standard input and output, until the client leaves."""
    server = mcp_server(tools, name=name)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def mcp_app(tools: Iterable[object], *, name: str = "autogen", host: str = "127.0.0.1") -> Starlette:
    """Return an ASGI app that offers these tools over streamable HTTP at `/mcp`.

    It lets anybody in who reaches it: on a loopback `host`, foreign `Host` and `Origin` headers are refused; anywhere
    else, put an authorisation before it.
    """
    return mcp_server(tools, name=name).streamable_http_app(host=host)


async def _run(tool: Tool, given: dict[str, Any] | None) -> Outcome:
    refusal = await _refusal(tool, given)
    return await run_tool(tool, given, ToolContext(is_approved=True)) if refusal is None else failed(refusal)


async def _refusal(tool: Tool, given: dict[str, Any] | None) -> str | None:
    """Return why a call is not made; `None` if it may be."""
    approver = tool.needs_approval
    if approver is False:
        return None
    if approver is True:
        return f"{tool.name} needs the approval of a human, and nobody can be asked here."
    decision = await decide(approver, ApprovalRequest("tool", "", tool.name, canonical(read_arguments(given))))
    if decision is True:
        return None
    return f"{tool.name} was not run: {decision or 'it was refused.'}"


def _told(tool: Tool) -> ToldTool:
    hints = ToolAnnotations(read_only_hint=tool.effect == "pure", idempotent_hint=tool.effect != "once")
    return ToldTool(name=tool.name, description=tool.description, input_schema=tool.parameters, annotations=hints)
