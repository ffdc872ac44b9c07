"""What the workers of these tests hold; each mail is noted in a ledger, so that it can be counted."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen import AssistantAgent, Team, UserProxyAgent, tool
from autogen.testing import FunctionModel, calls

if TYPE_CHECKING:
    from autogen.models.client import ModelRequest

LEDGER = Path(os.environ.get("TEST_LEDGER", os.devnull))
STEP_S = float(os.environ.get("TEST_STEP_S", "0"))
MAILS = 3


def note(line: str) -> None:
    """Write a line to the ledger, in one piece."""
    with LEDGER.open("a") as ledger:
        ledger.write(f"{line}\n")


@tool(max_at_once=None)
async def mail(to: str) -> str:
    """Send a mail, which must not be sent twice."""
    await asyncio.to_thread(note, to)
    await asyncio.sleep(STEP_S)
    await asyncio.to_thread(note, f"{to} sent")
    return "sent"


async def reply(request: ModelRequest) -> Any:
    await asyncio.sleep(STEP_S)
    sent = sum(message["role"] == "tool" for message in request.messages)
    task = next(str(message.get("content")) for message in request.messages if message["role"] == "user")
    return f"{task}: all is sent." if sent == MAILS else calls(mail, to=f"{task}-{sent}")


clerk = AssistantAgent("clerk", model=FunctionModel(reply), tools=[mail])
poet, critic = (
    AssistantAgent(name, model=FunctionModel(lambda request: "Agreed. TERMINATE")) for name in ("poet", "critic")
)
pair = Team([poet, critic], choose="round_robin", name="pair")


def letters(task: str) -> list[str]:
    """Hold two chats, the second of which needs what the first came to; a synchronous function."""
    user = UserProxyAgent(
        "user", tools=[mail], human_input_mode="NEVER", is_termination_msg=lambda m: "all is sent" in str(m["content"])
    )
    first = user.initiate_chat(AssistantAgent("writer", model=FunctionModel(reply)), message=task, silent=True)
    again = f"{first.summary}!"
    return [again, user.initiate_chat(poet, message=again, max_turns=1, silent=True).summary]


async def interview(name: str) -> list[Any]:
    """Ask a human twice, in two chats in a row."""
    user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False)
    told: list[Any] = []
    for question in ("Where from", "Where to"):
        asking = AssistantAgent("asking", model=FunctionModel(lambda request: f"I heard {len(request.messages)}."))
        message = f"{question}, {name}? {told}"
        result = await user.a_initiate_chat(asking, message=message, max_turns=2, silent=True)
        told.append(result.chat_history[-2]["content"])
    return told


async def both(name: str) -> list[Any]:
    """Have mails sent, and meanwhile ask a human and hold another chat."""

    async def talk() -> list[Any]:
        user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False)
        asking = AssistantAgent("asking", model=FunctionModel(lambda request: "Where from?"))
        result = await user.a_initiate_chat(asking, message=name, max_turns=2, silent=True)
        return [result.chat_history[-2]["content"], (await pair.run(name)).summary]

    letter, told = await asyncio.gather(clerk.run(name), talk())
    return [letter.summary, *told]


def odd() -> object:
    """Return what is not JSON."""
    return object()


def broken(task: str) -> None:
    """Fail."""
    raise ValueError(f"no {task}")


def deadly(task: str) -> None:
    """Take the process down."""
    note(f"killed by {task}")
    os._exit(9)
