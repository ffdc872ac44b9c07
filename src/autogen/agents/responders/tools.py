"""Answers with the results of the tools, or of the one function, that the last message asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.responders.approval import refusal_of
from autogen.core.approval import ApprovalPending, ApprovalRequest, canonical
from autogen.core.place import current_scope
from autogen.core.record.kind import StepKind
from autogen.core.step import step
from autogen.errors import LimitReached
from autogen.messages import ChatMessage, ToolCall, tool_calls_of
from autogen.stop_reason import StopReason
from autogen.tools.arguments import read_arguments
from autogen.tools.context import ToolContext, current_call
from autogen.tools.execute import Outcome, failed, run_function, run_tool
from autogen.tools.tool import Tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.agents.converser import Converser
    from autogen.core.agent import Agent
    from autogen.core.record.kind import Effect

MAX_AT_ONCE = 64
MANY_TIMES = 5
_NOT_WHOLE = {
    "length": "the reply was cut off at the token limit, so the call was not run. Ask again, with shorter arguments.",
    "content_filter": "the provider's content filter cut the reply, so the call was not run.",
    "refusal": "the reply was a refusal, so the call was not run.",
    "unknown": "the server did not say that the reply was whole, and its arguments are not whole JSON, so the call was not run.",
}


def _encode(outcome: Outcome) -> dict[str, Any]:
    told = {"ok": outcome.ok, "content": outcome.content, **_extras(outcome)}
    return told if outcome.trace is None else {**told, "trace": outcome.trace}


def _extras(outcome: Outcome) -> dict[str, Any]:
    return {} if outcome.extras is None else {"extras": outcome.extras}


def _decode(told: dict[str, Any], *_: object) -> Outcome:
    return Outcome(**told)


def _skipped(why: str) -> Outcome:
    return Outcome(ok=False, content=why)


def _kind(effect: Effect) -> StepKind[Outcome]:
    return StepKind("tool", effect=effect, encode=_encode, decode=_decode, skipped=_skipped)


_KINDS: dict[Effect, StepKind[Outcome]] = {
    "pure": _kind("pure"),
    "repeatable": _kind("repeatable"),
    "once": _kind("once"),
}


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
    outcomes = await _answer_all(agent, [{"function": wanted}], message, sender)
    if outcomes is None:
        return True, None
    return True, {"name": str(wanted.get("name", "")), "role": "function", "content": outcomes[0].content}


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
    _notice_repetition(agent, messages, calls, sender)
    outcomes = await _answer_all(agent, calls, message, sender)
    if outcomes is None:
        return True, None
    answers = [
        {**_named(entry), "role": "tool", "content": outcome.content, **_extras(outcome)}
        for entry, outcome in zip(calls, outcomes, strict=True)
    ]
    return True, {
        "role": "tool",
        "tool_responses": answers,
        "content": "\n\n".join(outcome.content for outcome in outcomes),
    }


def _notice_repetition(
    agent: Converser, messages: Sequence[ChatMessage] | None, calls: Sequence[ToolCall], sender: Agent | None
) -> None:
    """Tell the user of a model that asks for the same again and again; the limit of auto replies will end it."""
    said = agent.chat_threads.of(sender).said if messages is None else messages
    wanted = [entry.get("function") for entry in calls]
    times = 1
    while times <= MANY_TIMES and len(said) > 2 * times:
        if [entry.get("function") for entry in tool_calls_of(said[-1 - 2 * times])] != wanted:
            break
        times += 1
    scope = current_scope()
    if times == MANY_TIMES and scope is not None:
        names = ", ".join(str(_wanted(entry).get("name", ""))[:100] for entry in calls[:5])
        scope.notice(f"The same calls were asked for {times} times in a row: {names}.", agent.name)


async def execute_function(
    agent: Converser,
    wanted: Mapping[str, Any],
    verbose: object = False,  # noqa: ARG001 - the classic's; the console shows what runs
) -> tuple[bool, dict[str, Any]]:
    """Run one of the agent's functions; return whether it worked, and the message with its result."""
    outcome = await _execute(agent, wanted, current_call.get())
    answer = {"name": str(wanted.get("name", "")), "role": "function", "content": outcome.content, **_extras(outcome)}
    return outcome.ok, answer


async def _answer_all(
    agent: Converser, calls: Sequence[ToolCall], message: ChatMessage, sender: Agent | None
) -> list[Outcome] | None:
    """Return what came of each call; `None` if the run stops for an approval, and then none of them was begun."""
    thread = agent.chat_threads.of(sender)
    thread.answered_by = "tools"
    try:
        cut = _NOT_WHOLE.get(message.get("extras", {}).get("finish_reason", ""))
        if cut is not None:
            return [await _as_step(agent, entry, failed(cut)) for entry in calls]
        if agent.mind.tool_guards:
            calls, planned = await _guarded(agent, calls, sender)
        else:
            planned = [await _plan(agent, entry, sender) for entry in calls]
        if len(calls) == 1:
            return [await _as_step(agent, calls[0], planned[0])]
        return await _all_at_once(agent, calls, planned)
    except ApprovalPending as pending:
        thread.ending = StopReason("pending", agent.name, str(pending))
        return None


async def _guarded(
    agent: Converser, calls: Sequence[ToolCall], sender: Agent | None
) -> tuple[list[ToolCall], list[ToolContext | Outcome]]:
    """Return the calls as the agent's guards let them through, and where each is to be made, or that it is not."""
    from autogen.agents.options.guarding import judged_calls  # noqa: PLC0415 - only agents with guards need it

    judged = await judged_calls(agent, calls)
    planned = [
        await _plan(agent, entry, sender)
        if reason is None
        else failed(f"{_wanted(entry).get('name', '')} was not run: {reason}")
        for entry, reason in judged
    ]
    return [entry for entry, _ in judged], planned


async def _plan(agent: Converser, entry: ToolCall, sender: Agent | None) -> ToolContext | Outcome:
    """Return where a call is to be made; or what came of it, if it is refused."""
    context = ToolContext(agent, sender, entry.get("id") or "")
    wanted = _wanted(entry)
    tool = agent.function_map.get(str(wanted.get("name", "")))
    if not isinstance(tool, Tool) or not tool.needs_approval:
        return context
    refused = await _refused(agent, tool, wanted.get("arguments"), context)
    return refused or replace(context, is_approved=True)


async def _refused(agent: Converser, tool: Tool, given: object, context: ToolContext) -> Outcome | None:
    """Ask for the approval of a call; return the answer if it is not to be run. Arguments that are wrong are not asked about."""
    try:
        arguments = read_arguments(given)
        tool.checked.validate(arguments)
    except ValueError:
        return None
    request = ApprovalRequest("tool", agent.name, tool.name, canonical(arguments), context.call_id)
    refusal = await refusal_of(agent, request, tool.needs_approval)
    return None if refusal is None else failed(f"{tool.name} was not run: {refusal}")


async def _all_at_once(
    agent: Converser, calls: Sequence[ToolCall], planned: Sequence[ToolContext | Outcome]
) -> list[Outcome]:
    """Run calls side by side; the exact repetition of a call (its id as well) is run once and answered twice."""
    gate = asyncio.Semaphore(MAX_AT_ONCE)
    keys = [(entry.get("id") or index, str(entry.get("function"))) for index, entry in enumerate(calls)]
    first = {key: index for index, key in reversed(list(enumerate(keys)))}

    async def run(index: int) -> Outcome:
        async with gate:
            return await _as_step(agent, calls[index], planned[index])

    order = sorted(first.values())
    done = dict(zip(order, await asyncio.gather(*map(run, order), return_exceptions=True), strict=True))
    for outcome in done.values():
        if isinstance(outcome, BaseException):
            raise outcome
    return [cast("Outcome", done[first[key]]) for key in keys]


async def _as_step(agent: Converser, entry: ToolCall, plan: ToolContext | Outcome) -> Outcome:
    wanted = _wanted(entry)
    name = str(wanted.get("name", ""))

    async def perform(_: int) -> Outcome:
        if isinstance(plan, Outcome):
            return plan
        if _runs_as_written(agent):
            return await _execute(agent, wanted, plan)
        token = current_call.set(plan)
        try:
            ok, answer = await agent.a_execute_function(dict(wanted))
        finally:
            current_call.reset(token)
        return Outcome(ok=ok, content=str(answer.get("content", "")), extras=answer.get("extras"))

    tool = agent.function_map.get(name)
    kind = _KINDS[tool.effect if isinstance(tool, Tool) else "once"]
    facts = {"arguments": wanted.get("arguments"), **_named(entry, "call_id")}
    scope = current_scope()
    try:
        if scope is not None and scope.run.is_recorded and tool is not None:
            from autogen.agents.responders.recorded_tools import recorded_step  # noqa: PLC0415 - only where one is

            return await recorded_step(kind, agent, (name, tool), facts, perform)
        return await step(kind, agent.name, name, facts, perform)
    except LimitReached as limit:  # this call is answered all the same; the next step of the run stops it
        return failed(f"{name[:100]} was not run to its end: {limit}")


def _runs_as_written(agent: Any) -> bool:
    """Tell whether no subclass, and nobody on this very agent, has another way to run functions."""
    kind = cast("Any", type(agent))
    return "a_execute_function" not in vars(agent) and hasattr(kind.a_execute_function, "leads_to")


async def _execute(agent: Converser, wanted: Mapping[str, Any], context: ToolContext) -> Outcome:
    name = str(wanted.get("name", ""))
    function = agent.function_map.get(name)
    if function is None:
        return failed(f"Function {name[:100]} not found.{_known(agent)}")
    if not isinstance(function, Tool):
        return await run_function(function, wanted.get("arguments", "{}"))
    if function.needs_approval and not context.is_approved:
        refused = await _refused(agent, function, wanted.get("arguments"), context)
        if refused is not None:
            return refused
    return await run_tool(function, wanted.get("arguments"), context)


def _known(agent: Converser) -> str:
    """Name the tools there are, where the agent has any; an old function map is silent, as in the classic."""
    names = [name for name, function in agent.function_map.items() if isinstance(function, Tool)]
    return f" There is: {', '.join(names)[:500]}." if names else ""


def _wanted(entry: ToolCall) -> Mapping[str, Any]:
    """Return the function that is asked for; nothing where a model left it out."""
    function: Any = entry.get("function")
    return cast("dict[str, Any]", function) if isinstance(function, dict) else {}


def _named(entry: ToolCall, key: str = "tool_call_id") -> dict[str, str]:
    call_id = entry.get("id")
    return {} if call_id is None else {key: call_id}


def _last(agent: Converser, messages: list[ChatMessage] | None, sender: Agent | None) -> ChatMessage:
    messages = agent.chat_threads.of(sender).messages if messages is None else messages
    return messages[-1] if messages else ChatMessage()
