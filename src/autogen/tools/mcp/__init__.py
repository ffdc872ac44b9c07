"""MCP, both ways: the tools of a server for our agents, and our tools and agents as a server. Needs the extra `mcp`."""

from __future__ import annotations

from importlib.util import find_spec

from autogen.errors import MissingExtra

if find_spec("mcp") is None:
    raise MissingExtra("mcp", needed_by="autogen.tools.mcp")

from autogen.tools.mcp.client import McpServer
from autogen.tools.mcp.serving import mcp_app, mcp_server, serve_stdio

__all__ = ["McpServer", "mcp_app", "mcp_server", "serve_stdio"]
