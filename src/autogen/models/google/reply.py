"""Replies of the Gemini API: the events of a stream have the form of a whole reply.

Format: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse (2026-11).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

from autogen.models.client import FinishReason, ModelReply
from autogen.models.exchange.wire import GrowingReply, count_in, object_in, objects_in
from autogen.models.google.request import PROVIDER, said_in
from autogen.models.openai.reply import NotAReply
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.messages import ChatMessage, ToolCall

_FINISH_REASONS: dict[object, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        (
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "MODEL_ARMOR",
        ),
        "content_filter",
    ),
}
_NO_CALLS_AFTER = frozenset(
    {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"}
)


class GoogleReply(GrowingReply):
    """A reply made of parts."""

    _model: object = None
    _counts: object = None
    _reason: object = None
    _blocked: object = None
    _words: object = None

    def __init__(self, on_delta: Any) -> None:
        super().__init__(on_delta)
        self._parts: list[dict[str, Any]] = []

    def add(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Take in one event; return it if it tells of an error."""
        if event.get("error"):
            return event
        self.take(event)
        return None

    def take(self, whole: Mapping[str, Any]) -> None:
        """Take in a reply, or a piece of one."""
        self._model = whole.get("modelVersion") or self._model
        self._counts = whole.get("usageMetadata") or self._counts
        feedback = object_in(whole.get("promptFeedback") or {}, "feedback")
        if feedback.get("blockReason"):
            self._blocked, self.has_finished = feedback["blockReason"], True
            self._words = feedback.get("blockReasonMessage")
        candidates = objects_in(whole.get("candidates"), "candidates")
        if not candidates:
            return
        candidate = candidates[0]
        if candidate.get("content") is not None:
            self._take_content(object_in(candidate["content"], "content"))
        if candidate.get("finishReason"):
            self._reason, self.has_finished = candidate["finishReason"], True
            self._words = candidate.get("finishMessage")

    def _take_content(self, content: dict[str, Any]) -> None:
        for part in objects_in(content.get("parts"), "parts"):
            text = part.get("text")
            if text is not None:
                self.hear(text, "reasoning" if part.get("thought") else "content")
            elif "functionCall" in part:
                self.has_begun = True
                asked = object_in(part["functionCall"], "a function call")
                self.hear(json.dumps(asked.get("args") or {}), "tool_call")
            else:
                self.has_begun = True
            self._keep(dict(part))

    def _keep(self, part: dict[str, Any]) -> None:
        """Keep a part; a piece of text that goes on with the last one is joined to it."""
        last = self._parts[-1] if self._parts else {}
        goes_on = part.keys() | last.keys() <= {"text", "thought"} and part.get("thought") == last.get("thought")
        if last and goes_on:
            last["text"] += part["text"]
        else:
            self._parts.append(part)

    def reply(self, asked: str) -> ModelReply:
        """Return the whole reply."""
        if self._reason is None and self._blocked is None and not self._parts:
            raise NotAReply("no candidates")
        reason = self._reason if isinstance(self._reason, str) else None
        finish = "content_filter" if self._blocked is not None else _FINISH_REASONS.get(reason, "unknown")
        message = self._message(may_call=reason not in _NO_CALLS_AFTER)
        if finish == "stop" and message.get("tool_calls"):
            finish = "tool_calls"
        return ModelReply(
            message, self._model if isinstance(self._model, str) else asked, _usage_of(self._counts), finish
        )

    def _message(self, *, may_call: bool) -> ChatMessage:
        calls: list[ToolCall] = []
        kept: list[dict[str, Any]] = []
        for part in self._parts:
            if "functionCall" not in part:
                kept.append(part)
            elif may_call:
                call = _call(cast("dict[str, Any]", part["functionCall"]), {each.get("id") for each in calls})
                calls.append(call)
                kept.append({**part, "functionCall": {"id": call.get("id")}})
        content = "".join(map(said_in, kept))
        if not content and isinstance(self._words, str):
            content = self._words
        message: ChatMessage = {"role": "assistant", "content": content if content or not calls else None}
        if calls:
            message["tool_calls"] = calls
        if any(part.keys() - {"text", "functionCall"} for part in kept):
            message["extras"] = {PROVIDER: {"parts": kept}}
        return message


def _call(asked: dict[str, Any], taken: set[str | None]) -> ToolCall:
    named, name = asked.get("id"), asked.get("name")
    given = asked.get("args")
    call_id = named if isinstance(named, str) else ""
    if not call_id or call_id in taken:  # most of Google's models give none
        call_id = f"call_{os.urandom(12).hex()}"
    arguments = given if isinstance(given, str) and given else json.dumps(given if given is not None else {})
    function: Any = {"name": name if isinstance(name, str) else "", "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def _usage_of(given: object) -> Usage | None:
    if not isinstance(given, dict):
        return None
    counts = cast("dict[str, Any]", given)
    read, written = count_in(counts.get("promptTokenCount")), count_in(counts.get("candidatesTokenCount", 0))
    if read is None or written is None:
        return None
    thought = count_in(counts.get("thoughtsTokenCount")) or 0
    results = count_in(counts.get("toolUsePromptTokenCount")) or 0
    cached = count_in(counts.get("cachedContentTokenCount")) or 0
    return Usage(read + results, written + thought, min(cached, read), thought)
