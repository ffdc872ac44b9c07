"""What the workers of `workers.py` hold: conversations whose model is a script, and whose mails are noted in a file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen import AssistantAgent, UserProxyAgent, tool
from autogen.testing import FunctionModel, calls

if TYPE_CHECKING:
    from autogen.models.client import ModelRequest

MAILS = 3
_LATENCY_S = float(os.environ.get("BENCHMARK_LATENCY_S", "0.1"))
_LEDGER = Path(os.environ.get("BENCHMARK_LEDGER", os.devnull))


def note(line: str) -> None:
    """Write a line to the ledger, in one piece."""
    with _LEDGER.open("a") as ledger:
        ledger.write(f"{line}\n")


@tool(max_at_once=None)
async def mail(to: str) -> str:
    """Send a mail, which must not be sent twice."""
    note(to)
    await asyncio.sleep(_LATENCY_S / 2)
    return f"sent to {to}"


async def reply(request: ModelRequest) -> Any:
    """Send three mails, one after another."""
    await asyncio.sleep(_LATENCY_S)
    sent = sum(message["role"] == "tool" for message in request.messages)
    name = request.messages[-2 * sent - 1].get("content") or ""
    return "All is sent." if sent == MAILS else calls(mail, to=f"{name}-{sent}")


clerk = AssistantAgent("clerk", model=FunctionModel(reply), tools=[mail])


async def interview(name: str) -> Any:
    """Ask a human who is not there for the name, and say it."""
    user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False)
    asking = AssistantAgent("assistant", model=FunctionModel(lambda request: f"{name} heard {len(request.messages)}."))
    return await user.a_initiate_chat(asking, message="Hello.", max_turns=2, silent=True)
