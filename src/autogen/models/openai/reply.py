"""Replies as messages: what a server of OpenAI's protocol answered, checked once and made whole.

Format: https://platform.openai.com/docs/api-reference/chat/object (2026-11); `reasoning_content` and `reasoning` are
what compatible servers add (DeepSeek, vLLM, llama.cpp, OpenRouter, Ollama).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NoReturn, cast

from autogen.models.client import FinishReason, ModelReply
from autogen.usage import Usage

if TYPE_CHECKING:
    from autogen.messages import ChatMessage, ToolCall

PROVIDER = "openai"
"""The key of `extras` under which this adapter keeps what has no place in a message."""

_FINISH_REASONS: dict[object, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "refusal",
}
_ABSURD = 10**10


class NotAReply(ValueError):
    """What the server said does not fit the protocol; the text completes the sentence "The server answered …"."""


def _refuse_constant(name: str) -> NoReturn:
    raise NotAReply(f"JSON with {name} in it")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode


def decoded(raw: bytes) -> Any:
    """Return JSON as data; a byte-order mark is passed over.

    Raises:
        NotAReply: empty, not UTF-8, not JSON, NaN in it, nested too deeply.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise NotAReply("bytes that are not UTF-8") from None
    try:
        return _decode(text.removeprefix("\ufeff"))
    except NotAReply:
        raise
    except RecursionError:
        raise NotAReply("JSON nested too deeply") from None
    except ValueError:
        raise NotAReply("something that is not JSON" if text.strip() else "nothing at all") from None


def reply_of(data: object, asked: str) -> ModelReply:
    """Return the reply in a whole answer.

    Raises:
        NotAReply: no message in it.
    """
    if not isinstance(data, dict):
        raise NotAReply(f"JSON that is no object but {type(data).__name__}")
    answer = cast("dict[str, Any]", data)
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices:
        raise NotAReply("no choices")
    choice = cast("list[object]", choices)[0]
    said = cast("dict[str, Any]", choice).get("message") if isinstance(choice, dict) else None
    if not isinstance(said, dict):
        raise NotAReply("a choice without a message")
    message, finish = message_of(cast("dict[str, Any]", said), cast("dict[str, Any]", choice).get("finish_reason"))
    return ModelReply(message, model_named(answer, asked), usage_of(answer.get("usage")), finish)


def model_named(answer: dict[str, Any], asked: str) -> str:
    """Return the model's name as the server gives it, or the one that was asked."""
    named = answer.get("model")
    return named if isinstance(named, str) and named else asked


def message_of(said: dict[str, Any], reason: object) -> tuple[ChatMessage, FinishReason]:
    """Return the assistant's message, and why it ended.

    Raises:
        NotAReply: content or calls of a wrong type.
    """
    content, refusal = _text(said.get("content")), said.get("refusal")
    refused = refusal if isinstance(refusal, str) and refusal else None
    message: ChatMessage = {
        "role": "assistant",
        "content": content if content is not None or refused is None else refused,
    }
    calls = _calls(said.get("tool_calls"))
    if calls:
        message["tool_calls"] = calls
    call = said.get("function_call")
    if isinstance(call, dict):
        single = cast("dict[str, Any]", call)
        message["function_call"] = {
            "name": str(single.get("name") or ""),
            "arguments": _arguments(single.get("arguments")),
        }
    extras = {
        key: said[key]
        for key in ("reasoning_content", "reasoning", "reasoning_details", "annotations", "audio")
        if said.get(key)
    }
    if refused is not None:
        extras["refusal"] = refused
    if extras:
        message["extras"] = {PROVIDER: extras}
    asks = bool(calls) or "function_call" in message
    finish = _FINISH_REASONS.get(reason if isinstance(reason, str) else None, "unknown")
    if finish in {"stop", "tool_calls"}:
        finish = "tool_calls" if asks else "stop"
    return message, "refusal" if refused is not None and finish == "stop" else finish


def _text(content: object) -> str | None:
    """Return content as text; some servers answer in parts."""
    if content is None or isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise NotAReply(f"content that is no text but {type(content).__name__}")
    texts: list[str] = []
    for part in cast("list[object]", content):
        text: object = cast("dict[str, Any]", part).get("text") if isinstance(part, dict) else part
        if isinstance(text, str):
            texts.append(text)
    return "".join(texts)


def _calls(given: object) -> list[ToolCall]:
    """Return the tool calls, each with an id of its own; the exact repetition of a call is left out."""
    if not given:
        return []
    if not isinstance(given, list):
        raise NotAReply(f"tool calls that are no list but {type(given).__name__}")
    calls: list[ToolCall] = []
    seen: dict[str, ToolCall] = {}
    for item in cast("list[object]", given):
        if not isinstance(item, dict):
            raise NotAReply(f"a tool call that is no object but {type(item).__name__}")
        call = _call(cast("dict[str, Any]", item))
        named = call.get("id", "")
        if seen.get(named) == call:
            continue
        if not named or named in seen:
            call["id"] = f"call_{os.urandom(12).hex()}"
        seen[call.get("id", "")] = call
        calls.append(call)
    return calls


def _call(item: dict[str, Any]) -> ToolCall:
    kind, function = item.get("type"), item.get("function")
    if kind not in {None, "", "function"}:
        raise NotAReply(f"a tool call of the unknown type {kind!r}")
    if not isinstance(function, dict):
        raise NotAReply("a tool call without a function")
    asked = cast("dict[str, Any]", function)
    named = item.get("id")
    name = asked.get("name")
    return {
        "id": named if isinstance(named, str) else "",
        "type": "function",
        "function": {"name": name if isinstance(name, str) else "", "arguments": _arguments(asked.get("arguments"))},
    }


def _arguments(given: object) -> str:
    """Return arguments as JSON text: some servers send an object, or nothing for a function without parameters."""
    if isinstance(given, str):
        return given or "{}"
    return "{}" if given is None else json.dumps(given)


def usage_of(given: object) -> Usage | None:
    """Return the tokens a server counted; `None` where it told nothing, or nothing that can be true."""
    if not isinstance(given, dict):
        return None
    counts = cast("dict[str, Any]", given)
    read, written = _count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens"))
    if read is None or written is None:
        return None
    cached = _detail(counts, "prompt_tokens_details", "cached_tokens")
    if cached is None:
        cached = _count(counts.get("prompt_cache_hit_tokens"))  # DeepSeek
    reasoning = _detail(counts, "completion_tokens_details", "reasoning_tokens")
    return Usage(read, written, min(cached or 0, read), min(reasoning or 0, written))


def _detail(counts: dict[str, Any], group: str, name: str) -> int | None:
    details = counts.get(group)
    return _count(cast("dict[str, Any]", details).get(name)) if isinstance(details, dict) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _ABSURD else None
