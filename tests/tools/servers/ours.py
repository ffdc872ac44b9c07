"""Our own tools and an agent, offered as a tool server on standard input and output."""

from __future__ import annotations

import asyncio

import autogen
from autogen.testing import FunctionModel
from autogen.tools.mcp import serve_stdio


def add(a: int, b: int = 2) -> int:
    """Add two numbers."""
    print("This goes to standard output, which is not the protocol's.")  # noqa: T201 - to see where it goes
    return a + b


@autogen.tool(needs_approval=lambda request: request.arguments == '{"amount":1}' or "too much")
def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount}"


@autogen.tool(needs_approval=True)
def launch() -> str:
    """Launch."""
    return "launched"


echo = autogen.AssistantAgent(
    "echo",
    description="Says it again.",
    model=FunctionModel(lambda request: f"You said: {request.messages[-1].get('content')}"),
)

if __name__ == "__main__":
    asyncio.run(serve_stdio([add, pay, launch, echo], name="ours"))
