"""Answers by asking the agent's language model."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.responders.spending import ask_within, reserve
from autogen.core.approval import ApprovalPending
from autogen.core.budgets.account import current_budgets
from autogen.core.place import current_scope
from autogen.core.record.kind import StepKind
from autogen.core.runtime_log.session import current_log
from autogen.core.step import step
from autogen.messages import ChatMessage, ToolCall, unroll, with_all_answers
from autogen.models.client import ModelReply, ModelRequest
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.agents.converser import Converser
    from autogen.core.agent import Agent
    from autogen.core.run import Scope
    from autogen.models.client import DeltaKind, ModelClient


def _details(reply: ModelReply) -> dict[str, Any]:
    facts = {"model": reply.model, "finish_reason": reply.finish_reason, "from_cache": reply.from_cache}
    usual = {"model": "", "finish_reason": "stop", "from_cache": False}
    return {key: value for key, value in facts.items() if value != usual[key]}


MODEL: StepKind[ModelReply] = StepKind(
    "model",
    effect="repeatable",
    encode=lambda reply: reply.message,
    account=lambda reply: (reply.model, reply.usage, reply.from_cache),
    details=_details,
    decode=lambda message, details, usage: ModelReply(message, usage=usage, **details),
    renewed=lambda details: {**details, "from_cache": True},
)
_CLEAN = re.compile(r"[a-zA-Z0-9_-]{0,64}")
_UNCLEAN = re.compile(r"[^a-zA-Z0-9_-]")
_NO_OPTIONS: Mapping[str, Any] = {}
_NOT_WHOLE = frozenset({"length", "content_filter", "refusal"})
_FOR_THE_HOUSE = frozenset({"context", "override_role"})


async def reply_by_model(
    agent: Converser,
    messages: Sequence[ChatMessage] | None,
    sender: Agent | None,
    config: object = None,  # noqa: ARG001 - as reply functions are called
) -> tuple[bool, Any]:
    """Answer by the model: text where it only wrote text, otherwise the message."""
    if not agent.mind.has_model:
        return False, None
    thread = agent.chat_threads.of(sender)
    if messages is None:
        messages = thread.said
    view = filled_view if agent.mind.fills_templates else view_for_model
    if messages is thread.said:
        seen: Sequence[ChatMessage] = thread.rendered(agent.mind.system_messages, view)
    else:
        seen = [*agent.mind.system_messages, *map(view, with_all_answers(unroll(messages)))]
    thread.answered_by = "model"
    ask = thread.ask or agent.mind.ask
    if ask is not None:
        try:
            reply = await ask(agent, thread, seen)
        except ApprovalPending as pending:
            thread.ending = StopReason("pending", agent.name, str(pending))
            return True, None
    else:
        reply = as_reply(agent, await answer_of(agent, seen))
    return reply is not None, reply


async def ask_just(
    agent: Converser, messages: Sequence[ChatMessage], options: Mapping[str, Any] = _NO_OPTIONS
) -> str | ChatMessage | None:
    """Ask the agent's model about these messages, as it would see them, without its system message."""
    return as_reply(agent, await answer_of(agent, list(map(view_for_model, unroll(messages))), options=options))


async def answer_of(
    agent: Converser,
    messages: Sequence[ChatMessage],
    *,
    client: ModelClient | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    options: Mapping[str, Any] = _NO_OPTIONS,
) -> ModelReply:
    """Ask the agent's model exactly this, as a step.

    Args:
        agent: who asks.
        messages: as the model shall see them.
        client: another model than the agent's own.
        tools: schemas of what it may ask for; the agent's if not given.
        options: further parameters of the call.

    Raises:
        LimitReached: a budget has no room for the call, or the reply was cut off at its end.
    """
    mind, scope = agent.mind, current_scope()
    client = _cached(client or mind.model, scope)
    offered = mind.tool_schemas if tools is None else tools
    budgets = current_budgets()
    hold = await reserve(agent, client, messages, offered, options) if budgets else None

    async def perform(step_id: int) -> ModelReply:
        request = ModelRequest(messages, offered, options, _stream_to(agent, step_id, scope))
        asking = client.create(request) if hold is None else ask_within(hold, agent, client, request)
        log = current_log()
        if log is None:
            return await asking
        from autogen.models.classic.logged import logged  # noqa: PLC0415 - only while the runtime log is on

        return await logged(log, asking, request, client, (agent, agent.mind))

    facts: dict[str, Any] = {"messages": len(messages), "tools": len(offered)}
    if scope is not None and scope.run.is_recorded:
        from autogen.agents.responders.digest import asked_of  # noqa: PLC0415 - only where a run is recorded

        facts["digest"], facts["how"] = asked_of(agent.name, messages, (offered, options), client, scope)
    try:
        reply = await step(MODEL, agent.name, client.name, facts, perform)
        if hold is not None:
            hold.settle(reply.usage, from_cache=reply.from_cache)  # it may come from the record
    finally:
        if hold is not None:
            hold.end()
    mind.usage.add(agent.name, reply.model or client.name, reply.usage, from_cache=reply.from_cache)
    return reply


def view_for_model(message: ChatMessage) -> ChatMessage:
    """Return a message without what is only for the house; the message itself where nothing is to be left out."""
    if "context" not in message and not callable(message.get("content")):
        return message
    view = {key: value for key, value in message.items() if key not in _FOR_THE_HOUSE}
    content: Any = message.get("content")
    if callable(content):
        view["content"] = content(message.get("context") or {})
    return cast("ChatMessage", view)


def filled_view(message: ChatMessage) -> ChatMessage:
    """Like `view_for_model`, with text content taken as a format string of the message's context."""
    context, content = message.get("context"), message.get("content")
    view = view_for_model(message)
    if context and isinstance(content, str):
        return cast("ChatMessage", {**view, "content": content.format(**context)})
    return view


def _cached(client: ModelClient, scope: Scope | None) -> ModelClient:
    if scope is None or scope.cache is None:
        return client
    from autogen.models.cache import CachedModel  # noqa: PLC0415 - only a chat with a cache needs it

    return CachedModel(client, cast("Any", scope.cache))


def _stream_to(agent: Converser, step_id: int, scope: Scope | None) -> Any:
    """Return where pieces of the reply go; `None` if nobody wants them."""
    wanted = agent.mind.streams
    if wanted is None:
        wanted = scope is not None and scope.run.wants_tokens(silent=scope.silent)
    if not wanted or agent.mind.output_guards:  # what may yet be refused is not told piece by piece
        return None

    def on_delta(text: str, kind: DeltaKind = "content") -> None:
        if scope is not None:
            scope.stream(agent.name, step_id, text, kind)

    return on_delta


def as_reply(agent: Converser, reply: ModelReply) -> str | ChatMessage | None:
    """Return a reply as the agent says it: text where it is only text, `None` if the model said nothing at all."""
    message = reply.message
    scope = current_scope()
    if reply.finish_reason in _NOT_WHOLE or (reply.finish_reason == "unknown" and _has_cut_calls(message)):
        if scope is not None:
            scope.notice(
                f"The reply of {reply.model or 'the model'} is not whole: finish_reason is {reply.finish_reason!r}.",
                agent.name,
            )
        extras = {**message.get("extras", {}), "finish_reason": reply.finish_reason}
        return cast("ChatMessage", {**message, "content": message.get("content") or "", "extras": extras})
    if message.get("tool_calls") or message.get("function_call"):
        return _with_clean_names(message)
    if message.get("extras"):
        return message
    content = message.get("content")
    if not content:
        if scope is not None:
            scope.notice(f"The model of {agent.name} answered nothing.", agent.name)
        return None if content is None else ""
    return content if isinstance(content, str) else message


def _has_cut_calls(message: ChatMessage) -> bool:
    """Tell whether arguments are not whole: JSON that was cut off may still be mended into something else than was meant."""
    single = message.get("function_call")
    functions: list[Any] = [entry.get("function") for entry in message.get("tool_calls") or ()]
    return not all(_is_whole(each) for each in (*functions, single) if each)


def _is_whole(function: Mapping[str, Any]) -> bool:
    try:
        return isinstance(json.loads(function.get("arguments") or "{}"), dict)
    except (ValueError, RecursionError, TypeError):
        return False


def _with_clean_names(message: ChatMessage) -> ChatMessage:
    """Return the message as a provider accepts it back: function names of letters, digits, _ and -; ids, each once."""
    calls, single = message.get("tool_calls") or (), message.get("function_call")
    ids = {entry.get("id") for entry in calls}
    names = [
        (entry.get("function") or {}).get("name", "") for entry in (*calls, *({"function": single},) * bool(single))
    ]
    if len(ids) == len(calls) and None not in ids and "" not in ids and all(map(_CLEAN.fullmatch, names)):
        return message
    cleaned = dict(message)
    if single:
        cleaned["function_call"] = {**single, "name": _clean(single.get("name", ""))}
    if calls:
        named = [
            {**entry, "function": {**entry["function"], "name": _clean(entry["function"].get("name", ""))}}
            if "function" in entry
            else entry
            for entry in calls
        ]
        cleaned["tool_calls"] = _with_ids(cast("list[ToolCall]", named))
    return cast("ChatMessage", cleaned)


def _with_ids(calls: list[ToolCall]) -> list[ToolCall]:
    """Return the calls with an id each; the exact repetition of a call is left out, another use of its id gets a new one."""
    known: dict[str, ToolCall] = {}
    for position, entry in enumerate(calls):
        call_id = entry.get("id") or _new_id(position)
        if call_id in known:
            if known[call_id].get("function") == entry.get("function"):
                continue
            call_id = _new_id(position)
        known[call_id] = entry if entry.get("id") == call_id else {**entry, "id": call_id}
    return list(known.values())


def _new_id(position: int) -> str:
    scope = current_scope()
    return f"call_{position}" if scope is None else f"call_{scope.run.seed[:8]}_{scope.id}_{scope.next_number()}"


def _clean(name: str) -> str:
    return _UNCLEAN.sub("_", name)[:64]
