"""Answers with the results of the tools, or of the one function, that the last message asks for."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

from autogen.core.step import StepKind, step
from autogen.core.sync import call
from autogen.messages import ChatMessage, tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.agents.converser import Converser
    from autogen.core.agent import Agent

Outcome = tuple[bool, dict[str, Any]]


def _encode(outcome: Outcome) -> dict[str, Any]:
    return {"ok": outcome[0], "content": outcome[1]["content"]}


TOOL: StepKind[Outcome] = StepKind("tool", effect="once", encode=_encode)


async def reply_by_function(
    agent: Converser,
    messages: list[ChatMessage] | None,
    sender: Agent | None,
    config: object = None,  # noqa: ARG001 - as reply functions are called
) -> tuple[bool, Any]:
    """Answer an old-style `function_call`."""
    message = _last(agent, messages, sender)
    wanted = message.get("function_call")
    if not wanted:
        return False, None
    agent.history.of(sender).answered_by = "tools"
    _, answer = await _execute_as_step(agent, wanted, message)
    return True, answer


async def reply_by_tools(
    agent: Converser,
    messages: list[ChatMessage] | None,
    sender: Agent | None,
    config: object = None,  # noqa: ARG001 - as reply functions are called
) -> tuple[bool, Any]:
    """Answer all tool calls of the message, in their order; they run at the same time."""
    message = _last(agent, messages, sender)
    calls = tool_calls_of(message)
    if not calls:
        return False, None
    agent.history.of(sender).answered_by = "tools"
    outcomes = await asyncio.gather(*(_execute_as_step(agent, entry.get("function", {}), message) for entry in calls))
    answers = [
        {"tool_call_id": entry.get("id", ""), "role": "tool", "content": outcome[1]["content"]}
        for entry, outcome in zip(calls, outcomes, strict=True)
    ]
    return True, {
        "role": "tool",
        "tool_responses": answers,
        "content": "\n\n".join(answer["content"] for answer in answers),
    }


async def execute_function(function_map: Mapping[str, Any], wanted: Mapping[str, Any]) -> Outcome:
    """Call one function by name with JSON arguments; return whether it worked, and the message with its result."""
    name = str(wanted.get("name", ""))
    function = function_map.get(name)
    if function is None:
        return False, _answer(name, f"Error: Function {name[:100]} not found.")
    try:
        arguments = _arguments(wanted.get("arguments"))
    except ValueError as error:
        return False, _answer(name, f"Error: {error}\n The argument must be in JSON format.")
    try:
        value = await call(function, **arguments)
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is for the model to read
        return False, _answer(name, f"Error: {error}")
    return True, _answer(name, _text(value))


async def _execute_as_step(agent: Converser, wanted: Mapping[str, Any], message: ChatMessage) -> Outcome:
    name = str(wanted.get("name", ""))
    if message.get("extras", {}).get("finish_reason") == "length":
        return False, _answer(
            name,
            "Error: the reply was cut off at the token limit, so the call was not run. Ask again, with shorter arguments.",
        )

    async def perform(_: int) -> Outcome:
        return await agent.a_execute_function(dict(wanted))

    return await step(TOOL, agent.name, name, {"arguments": wanted.get("arguments")}, perform)


def _last(agent: Converser, messages: list[ChatMessage] | None, sender: Agent | None) -> ChatMessage:
    messages = agent.history.of(sender).messages if messages is None else messages
    return messages[-1] if messages else ChatMessage()


def _arguments(text: object) -> dict[str, Any]:
    if isinstance(text, dict):
        return cast("dict[str, Any]", text)
    if not text:
        return {}
    arguments: object = json.loads(str(text), strict=False)
    if not isinstance(arguments, dict):
        raise ValueError(f"the arguments are {type(arguments).__name__}, not an object:")  # noqa: TRY004 - read by the model
    return cast("dict[str, Any]", arguments)


def _answer(name: str, content: str) -> dict[str, Any]:
    return {"name": name, "role": "function", "content": content}


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)
