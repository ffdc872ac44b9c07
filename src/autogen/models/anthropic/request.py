"""Requests as Anthropic's Messages API accepts them.

Format: https://platform.claude.com/docs/en/api/messages (2026-11).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from autogen.errors import ModelRejected
from autogen.messages import content_text
from autogen.models.exchange.conversation import (
    NOTHING_SAID,
    Media,
    arguments_of,
    conversation_of,
    parts_of,
    turns_of,
)
from autogen.models.openai.request import clean_name, format_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autogen.messages import ChatMessage, ToolCall
    from autogen.models.exchange.wire import Question

PROVIDER = "anthropic"
"""The key of `extras` under which blocks are kept that the API wants back unchanged."""

DEFAULT_MAX_TOKENS = 8192
_MAX_TOKENS_OF_CLAUDE_3 = 4096
_SENT_AS_THEY_ARE = frozenset(
    """
    cache_control container inference_geo metadata output_config service_tier speed stop_sequences system temperature
    thinking top_k top_p
    """.split()  # noqa: SIM905 - a list of words is easiest to read as one
)
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}
_UNCLEAN_ID = re.compile(r"[^a-zA-Z0-9_-]")


def body_of(question: Question) -> dict[str, Any]:
    """Return the request's body.

    Raises:
        ModelRejected: a message has a part that cannot be said here.
    """
    request, options = question.request, question.options
    conversation = conversation_of(request.messages)
    body: dict[str, Any] = {
        "model": question.model,
        "max_tokens": max_tokens_of(question.model, options),
        "messages": _messages(conversation.messages),
    }
    if conversation.system:
        body["system"] = conversation.system
    if question.streams:
        body["stream"] = True
    if request.tools:
        body["tools"] = [_tool(cast("Mapping[str, Any]", tool.get("function") or {})) for tool in request.tools]
        choice = _tool_choice(options)
        if choice:
            body["tool_choice"] = choice
    body.update(_parameters(options))
    return body


def max_tokens_of(model: str, options: Mapping[str, Any]) -> int:
    """Return how long a reply may be, which the API wants to be told: thinking counts too."""
    given = options.get("max_tokens") or options.get("max_completion_tokens")
    if given is not None:
        return int(given)
    thinking: Any = options.get("thinking")
    budget = cast("dict[str, Any]", thinking).get("budget_tokens") if isinstance(thinking, dict) else None
    usual = _MAX_TOKENS_OF_CLAUDE_3 if model.startswith("claude-3-") else DEFAULT_MAX_TOKENS
    return usual + int(budget or 0)


def _parameters(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the API's own parameters, and what OpenAI's mean here; those that mean nothing are left out."""
    found = {name: value for name, value in options.items() if name in _SENT_AS_THEY_ARE and value is not None}
    stop = options.get("stop")
    if stop:
        found["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
    if options.get("user"):
        found.setdefault("metadata", {"user_id": options["user"]})
    output: dict[str, Any] = {}
    effort = _EFFORTS.get(str(options.get("reasoning_effort")))
    if effort:
        output["effort"] = effort
    described = format_in(options)
    if described.get("type") == "json_schema":
        output["format"] = {"type": "json_schema", "schema": described["json_schema"]["schema"]}
    if output:
        found["output_config"] = {**output, **found.get("output_config", {})}
    return found


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    tool: dict[str, Any] = {
        "name": clean_name(str(function.get("name")), for_function=True),
        "input_schema": function.get("parameters") or {"type": "object", "properties": {}},
    }
    if function.get("description"):
        tool["description"] = function["description"]
    if function.get("strict"):
        tool["strict"] = True
    return tool


def _tool_choice(options: Mapping[str, Any]) -> dict[str, Any] | None:
    wanted: Any = options.get("tool_choice")
    choice: dict[str, Any] | None = None
    if isinstance(wanted, str):
        choice = {"type": {"required": "any"}.get(wanted, wanted)}
    elif isinstance(wanted, dict):
        function: Any = cast("dict[str, Any]", wanted).get("function")
        choice = {"type": "tool", "name": function["name"]} if function else cast("dict[str, Any]", wanted)
    if options.get("parallel_tool_calls") is False and (choice is None or choice["type"] != "none"):
        choice = {**(choice or {"type": "auto"}), "disable_parallel_tool_use": True}
    return choice


def _messages(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    turns = turns_of(messages, own=_own_blocks, others=_blocks_for, text=_text)
    return [{"role": "assistant" if is_own else "user", "content": blocks} for is_own, blocks in turns]


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _blocks_for(message: ChatMessage) -> list[dict[str, Any]]:
    content = message.get("content")
    if message.get("role") == "tool":
        answer: dict[str, Any] = {"type": "tool_result", "tool_use_id": clean_id(message.get("tool_call_id"))}
        if content:
            answer["content"] = content if isinstance(content, str) else list(map(_block, parts_of(content)))
        return [answer]
    return list(map(_block, parts_of(content))) or [_text(NOTHING_SAID)]


def _block(part: str | Media) -> dict[str, Any]:
    if isinstance(part, str):
        return _text(part)
    kind = part.kind.partition("/")[0]
    if kind not in {"image", "application", "text"}:
        raise ModelRejected(f"Anthropic's models cannot be sent {part.kind}.")
    source = (
        {"type": "url", "url": part.url} if part.url else {"type": "base64", "media_type": part.kind, "data": part.data}
    )
    return {"type": "image" if kind == "image" else "document", "source": source}


def _own_blocks(message: ChatMessage) -> list[dict[str, Any]]:
    """Return what the model itself said: with its thinking as it came, if it was this provider's."""
    calls: Sequence[ToolCall] = message.get("tool_calls") or ()
    uses = {clean_id(call.get("id")): _use(call) for call in calls}
    text = content_text(message.get("content"))
    kept = cast("list[dict[str, Any]]", (message.get("extras") or {}).get(PROVIDER, {}).get("content") or [])
    if "".join(block.get("text", "") for block in kept) != text:  # a hook has changed it since
        blocks = [block for block in kept if block.get("type") not in {"text", "tool_use"}]
        kept = [*blocks, _text(text)] if text.strip() else blocks
    said = [_reference(block, uses) for block in kept]
    return [*(block for block in said if block), *uses.values()]


def _reference(block: dict[str, Any], uses: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    return uses.pop(clean_id(block.get("id")), None) if block.get("type") == "tool_use" else block


def _use(call: ToolCall) -> dict[str, Any]:
    name = clean_name(call.get("function", {}).get("name") or "_", for_function=True)
    return {"type": "tool_use", "id": clean_id(call.get("id")), "name": name, "input": arguments_of(call)}


def clean_id(call_id: object) -> str:
    """Return an id of letters, digits, `_` and `-`: those of other providers may hold more."""
    return _UNCLEAN_ID.sub("_", str(call_id or "")) or "_"
