"""A tool server made with the protocol's own package, well-behaved but for what its tools are asked to do."""

from __future__ import annotations

from mcp.server.mcpserver import MCPServer

server = MCPServer("peer")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def fail(why: str) -> str:
    """Fail."""
    raise ValueError(why)


@server.tool()
def nothing() -> None:
    """Return nothing."""


if __name__ == "__main__":
    server.run("stdio")
