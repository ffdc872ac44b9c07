"""Requests as a server of OpenAI's protocol accepts them: what is only for the house stays here, names are made clean.

Format: https://platform.openai.com/docs/api-reference/chat/create (2026-11).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autogen.messages import ChatMessage

_SENT = frozenset({"role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal", "audio"})
_PLAIN = frozenset({"role", "content", "name"})
_CLEAN_NAMES_REMEMBERED = 1024
_LONGEST_NAME = 64
_LONGEST_REMEMBERED = 10_000
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encoded(body: Mapping[str, Any]) -> bytes:
    """Return the body as JSON in UTF-8; lone surrogates become U+FFFD, halves of a pair are joined.

    Raises:
        TypeError: a value that JSON has no form for; names it.
        ValueError: NaN or an infinity.
    """
    text = _encode(body)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def body_of(
    model: str, messages: Iterable[ChatMessage], tools: Sequence[Mapping[str, Any]], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the request's body; parameters that are `None` are left out."""
    body: dict[str, Any] = {"model": model, "messages": [_sent(message) for message in messages]}
    for name, value in options.items():
        if value is not None and name not in {"extra_body", "extra_headers", "extra_query"}:
            body[name] = _json_schema(value) if name == "response_format" else value
    if tools:
        body["tools"] = list(tools)
    extra: Mapping[str, Any] | None = options.get("extra_body")
    if extra:
        body.update(extra)
    return body


def _sent(message: ChatMessage) -> Mapping[str, Any]:
    """Return a message as it is sent: the message itself where nothing is to be changed."""
    name = message.get("name")
    if (
        message.keys() <= _PLAIN
        and message.get("content") is not None
        and (name is None or clean_name(name) == name)
        and "role" in message
        and (name is not None or "name" not in message)
    ):
        return message
    wire = {key: value for key, value in message.items() if key in _SENT and value is not None}
    wire.setdefault("role", "user")
    if name:
        wire["name"] = clean_name(name)
    else:
        wire.pop("name", None)
    calls = message.get("tool_calls")
    if calls:
        wire["tool_calls"] = [_sent_call(cast("Mapping[str, Any]", call)) for call in calls]
    else:
        wire.pop("tool_calls", None)
    if "content" not in wire:  # only what asks for a call may say nothing
        wire["content"] = None if "tool_calls" in wire or "function_call" in wire else ""
    return wire


def _sent_call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = cast("Mapping[str, Any]", call.get("function") or {})
    named = {
        "name": clean_name(function.get("name") or "_", for_function=True),
        "arguments": _whole(function.get("arguments") or "{}"),
    }
    return {"id": call.get("id") or "", "type": "function", "function": named}


def _whole(arguments: Any) -> str:
    """Return arguments as JSON: servers that put them into a template refuse a conversation in which they are not."""
    if not isinstance(arguments, str):
        return json.dumps(arguments)
    return _whole_text(arguments) if len(arguments) <= _LONGEST_REMEMBERED else _made_whole(arguments)


def _made_whole(text: str) -> str:
    try:
        is_object = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        is_object = False
    return text if is_object else json.dumps({"arguments": text})


_whole_text = lru_cache(4096)(_made_whole)


@lru_cache(_CLEAN_NAMES_REMEMBERED)
def clean_name(name: str, *, for_function: bool = False) -> str:
    r"""Return a name that providers accept: a speaker's without space and `<|\/>`, a function's of `[a-zA-Z0-9_-]`."""
    allowed = re.sub(r"[^a-zA-Z0-9_-]" if for_function else r"[\s<|\\/>\x00-\x1f\x7f\ud800-\udfff]", "_", name)
    return allowed[:_LONGEST_NAME]


def format_in(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `response_format` of a call as data; empty where there is none."""
    form = options.get("response_format")
    return _json_schema(form) if form else {}


def _json_schema(form: Any) -> Any:
    """Return a `response_format` as data: a pydantic model as the strict JSON schema that the SDK makes of it."""
    if not isinstance(form, type):
        return form
    from openai import pydantic_function_tool  # noqa: PLC0415 - provider SDKs are imported on use

    function = cast("dict[str, Any]", pydantic_function_tool(cast("Any", form))["function"])
    return {
        "type": "json_schema",
        "json_schema": {"name": function["name"], "schema": function["parameters"], "strict": True},
    }
