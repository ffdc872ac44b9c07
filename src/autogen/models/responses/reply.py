"""Replies of OpenAI's Responses API, whole or as a stream of events.

Format: https://platform.openai.com/docs/api-reference/responses-streaming (2026-11).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

from autogen.models.client import FinishReason, ModelReply
from autogen.models.exchange.wire import GrowingReply, count_in, object_in, objects_in, text_in
from autogen.models.openai.reply import NotAReply
from autogen.models.responses.request import PROVIDER
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.messages import ChatMessage, ToolCall

_HEARD_AS = {
    "response.output_text.delta": "content",
    "response.refusal.delta": "content",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.reasoning_text.delta": "reasoning",
    "response.function_call_arguments.delta": "tool_call",
}
_ENDS = frozenset({"response.completed", "response.incomplete"})
_INCOMPLETE: dict[object, FinishReason] = {"max_output_tokens": "length", "content_filter": "content_filter"}


class ResponsesReply(GrowingReply):
    """A reply made of output items; the last event of a stream holds it whole."""

    def __init__(self, on_delta: Any) -> None:
        super().__init__(on_delta)
        self._response: dict[str, Any] = {}
        self._done_items: list[dict[str, Any]] = []

    def add(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Take in one event; return it if it tells of an error."""
        kind = event.get("type")
        if not isinstance(kind, str):
            if event.get("error"):
                return event
            raise NotAReply("an event without a type")
        if kind in _HEARD_AS:
            self.hear(event.get("delta"), cast("Any", _HEARD_AS[kind]))
        elif kind == "response.output_item.added":
            self.has_begun = True
        elif kind == "response.output_item.done":
            self._done_items.append(object_in(event.get("item"), "an item"))
        elif kind in _ENDS:
            self._end(object_in(event.get("response"), "a response"))
        elif kind == "response.failed":
            failed: Any = event.get("response")
            return {"error": cast("dict[str, Any]", failed).get("error") if isinstance(failed, dict) else None}
        elif kind == "error":
            return {"error": event.get("error") or dict(event)}
        return None

    def _end(self, response: dict[str, Any]) -> None:
        if self.has_finished:
            raise NotAReply("a second end")
        if not response.get("output"):  # some servers leave to the events what they told
            response = {**response, "output": self._done_items}
        self._response = response
        self.has_finished = self.is_done = True

    def take(self, whole: Mapping[str, Any]) -> None:
        """Take in a reply that was not streamed."""
        if "output" not in whole:
            raise NotAReply("no output")
        self._response = dict(whole)

    def reply(self, asked: str) -> ModelReply:
        """Return the whole reply."""
        response = self._response
        items = objects_in(response.get("output"), "output")
        status = response.get("status")
        if status in {"in_progress", "queued", "cancelled", "failed"}:
            raise NotAReply(f"a response that is {status}")
        message, refused = _message(items)
        finish = self._finish(status, message, refused=refused)
        model = response.get("model")
        return ModelReply(message, model if isinstance(model, str) and model else asked, self._usage(), finish)

    def _finish(self, status: object, message: ChatMessage, *, refused: bool) -> FinishReason:
        if status == "incomplete":
            details: Any = self._response.get("incomplete_details")
            reason = cast("dict[str, Any]", details).get("reason") if isinstance(details, dict) else None
            return _INCOMPLETE.get(reason if isinstance(reason, str) else None, "length")
        if refused:
            return "refusal"
        if status != "completed":
            return "unknown"
        return "tool_calls" if message.get("tool_calls") else "stop"

    def _usage(self) -> Usage | None:
        given: Any = self._response.get("usage")
        if not isinstance(given, dict):
            return None
        counts = cast("dict[str, Any]", given)
        read, written = count_in(counts.get("input_tokens")), count_in(counts.get("output_tokens"))
        if read is None or written is None:
            return None
        cached = _detail(counts, "input_tokens_details", "cached_tokens")
        thought = _detail(counts, "output_tokens_details", "reasoning_tokens")
        return Usage(read, written, min(cached, read), min(thought, written))


def _detail(counts: dict[str, Any], group: str, name: str) -> int:
    details = counts.get(group)
    return (count_in(cast("dict[str, Any]", details).get(name)) or 0) if isinstance(details, dict) else 0


def _message(items: list[dict[str, Any]]) -> tuple[ChatMessage, bool]:
    """Return the assistant's message, and whether the model refused."""
    texts: list[str] = []
    calls: list[ToolCall] = []
    refused = False
    for item in items:
        kind = item.get("type")
        if kind == "message":
            text, refusal = _text(item)
            texts.append(text)
            refused = refused or refusal
        elif kind == "function_call":
            _add_call(item, calls)
        elif not isinstance(kind, str):
            raise NotAReply("an item without a type")
    content = "".join(texts)
    message: ChatMessage = {"role": "assistant", "content": content if content or not calls else None}
    if calls:
        message["tool_calls"] = calls
    if any(item["type"] not in {"message", "function_call"} for item in items):
        message["extras"] = {PROVIDER: {"output": items}}
    return message, refused


def _text(item: dict[str, Any]) -> tuple[str, bool]:
    content = item.get("content")
    if isinstance(content, str):
        return content, False
    texts: list[str] = []
    refused = False
    for part in objects_in(content, "content"):
        if part.get("type") == "refusal":
            refused = True
        texts.append(text_in(part.get("refusal" if part.get("type") == "refusal" else "text"), "text"))
    return "".join(texts), refused


def _add_call(item: dict[str, Any], calls: list[ToolCall]) -> None:
    """Add a call, with an id of its own; the exact repetition of one is left out."""
    named, name, given = item.get("call_id"), item.get("name"), item.get("arguments")
    arguments = given if isinstance(given, str) else json.dumps(given if given is not None else {})
    function: Any = {"name": name if isinstance(name, str) else "", "arguments": arguments or "{}"}
    call_id = named if isinstance(named, str) else ""
    earlier = next((call for call in calls if call.get("id") == call_id), None)
    if earlier is not None and earlier.get("function") == function:
        return
    if not call_id or earlier is not None:
        call_id = item["call_id"] = f"call_{os.urandom(12).hex()}"
    calls.append({"id": call_id, "type": "function", "function": function})
