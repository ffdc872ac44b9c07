"""Replies of Anthropic's Messages API, whole or as a stream of events.

Format: https://platform.claude.com/docs/en/build-with-claude/streaming (2026-11).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

from autogen.models.anthropic.request import PROVIDER, clean_id
from autogen.models.client import FinishReason, ModelReply
from autogen.models.exchange.wire import GrowingReply, count_in, object_in, objects_in, text_in
from autogen.models.openai.reply import NotAReply
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.messages import ChatMessage, ToolCall

_FINISH_REASONS: dict[object, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
_PLAIN = frozenset({"text", "tool_use"})
_TEXTS = {"text_delta": ("text", "content"), "thinking_delta": ("thinking", "reasoning")}


class AnthropicReply(GrowingReply):
    """A reply made of content blocks."""

    _model: object = None
    _reason: object = None
    _explanation: object = None

    def __init__(self, on_delta: Any) -> None:
        super().__init__(on_delta)
        self._blocks: dict[int, dict[str, Any]] = {}
        self._open: set[int] = set()
        self._arguments: dict[int, list[str]] = {}
        self._counts: dict[str, Any] = {}

    def add(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Take in one event; return it if it tells of an error."""
        match event.get("type"):
            case "error":
                return event
            case "message_start":
                self._begin(object_in(event.get("message"), "a message"))
            case "content_block_start":
                self._begin_block(_index(event), object_in(event.get("content_block"), "a block"))
            case "content_block_delta":
                self._grow(_index(event), object_in(event.get("delta"), "a delta"))
            case "content_block_stop":
                self._open.discard(_index(event))
            case "message_delta":
                self._end(object_in(event.get("delta"), "a delta"), event.get("usage"))
            case "message_stop":
                self.is_done = True
            case kind:
                if not isinstance(kind, str):
                    raise NotAReply("an event without a type")
        return None

    def take(self, whole: Mapping[str, Any]) -> None:
        """Take in a reply that was not streamed."""
        if "content" not in whole:
            raise NotAReply("no content")
        self._begin({**whole, "content": None})
        for index, block in enumerate(objects_in(whole["content"], "content")):
            self._begin_block(index, block)
        self._open.clear()
        self._end(dict(whole), None)

    def _begin(self, message: dict[str, Any]) -> None:
        self._model = message.get("model")
        self._count(message.get("usage"))

    def _count(self, counts: object) -> None:
        if isinstance(counts, dict):
            self._counts.update({k: v for k, v in cast("dict[str, Any]", counts).items() if v is not None})

    def _begin_block(self, index: int, block: dict[str, Any]) -> None:
        if index in self._blocks:
            raise NotAReply(f"block {index} twice")
        kind = block.get("type")
        if not isinstance(kind, str):
            raise NotAReply("a block without a type")
        self._blocks[index] = dict(block)
        self._open.add(index)
        self.has_begun = True
        if kind == "text":
            self.hear(text_in(block.get("text"), "text"), "content")
        elif kind == "thinking":
            self.hear(text_in(block.get("thinking"), "thinking"), "reasoning")

    def _grow(self, index: int, delta: dict[str, Any]) -> None:
        block = self._blocks.get(index)
        if block is None or index not in self._open:
            raise NotAReply(f"a piece of block {index}, which is not open")
        kind = delta.get("type")
        if kind in _TEXTS:
            key, heard_as = _TEXTS[cast("str", kind)]
            block[key] = text_in(block.get(key), key) + self.hear(delta.get(key), cast("Any", heard_as))
        elif kind == "input_json_delta":
            self._arguments.setdefault(index, []).append(self.hear(delta.get("partial_json"), "tool_call"))
        elif kind == "signature_delta":
            block["signature"] = text_in(delta.get("signature"), "a signature")
        elif kind == "citations_delta":
            block["citations"] = [*(block.get("citations") or ()), delta.get("citation")]

    def _end(self, delta: dict[str, Any], counts: object) -> None:
        self._count(counts)
        self._reason = delta.get("stop_reason")
        details: Any = delta.get("stop_details")
        if isinstance(details, dict):
            self._explanation = cast("dict[str, Any]", details).get("explanation")
        self.has_finished = self.has_finished or self._reason is not None

    def reply(self, asked: str) -> ModelReply:
        """Return the whole reply."""
        reason = self._reason if isinstance(self._reason, str) else None
        finish = _FINISH_REASONS.get(reason, "unknown")
        message = self._message(finish)
        if finish in {"stop", "tool_calls"}:
            finish = "tool_calls" if message.get("tool_calls") else "stop"
        model = self._model if isinstance(self._model, str) and self._model else asked
        return ModelReply(message, model, self._usage(), finish)

    def _message(self, finish: FinishReason) -> ChatMessage:
        texts: list[str] = []
        calls: list[ToolCall] = []
        for index, block in sorted(self._blocks.items()):
            if block["type"] == "text":
                texts.append(text_in(block.get("text"), "text"))
            elif block["type"] == "tool_use":
                if index in self._open and finish != "length":
                    raise NotAReply("a tool call without its end")
                calls.append(self._call(index, block, {call.get("id") for call in calls}))
        content = "".join(texts)
        if not content and finish == "refusal" and isinstance(self._explanation, str):
            content = self._explanation
        message: ChatMessage = {"role": "assistant", "content": content if content or not calls else None}
        if calls:
            message["tool_calls"] = calls
        kept = self._kept()
        if kept:
            message["extras"] = {PROVIDER: {"content": kept}}
        return message

    def _call(self, index: int, block: dict[str, Any], taken: set[str | None]) -> ToolCall:
        named, name, given = block.get("id"), block.get("name"), block.get("input")
        call_id = clean_id(named) if isinstance(named, str) and named else ""
        if not call_id or call_id in taken:
            call_id = f"toolu_{os.urandom(12).hex()}"
        block["id"] = call_id
        text = "".join(self._arguments.get(index, ()))
        if not text:
            text = given if isinstance(given, str) else json.dumps(given if given is not None else {})
        function: Any = {"name": name if isinstance(name, str) else "", "arguments": text or "{}"}
        return {"id": call_id, "type": "function", "function": function}

    def _kept(self) -> list[dict[str, Any]]:
        """Return the blocks that the API wants back in their order, if any is more than text or a call."""
        blocks = [block for _, block in sorted(self._blocks.items())]
        if all(block["type"] in _PLAIN and not block.get("citations") for block in blocks):
            return []
        return [
            {"type": "tool_use", "id": block["id"]} if block["type"] == "tool_use" else block
            for block in blocks
            if block["type"] != "text" or block.get("text")
        ]

    def _usage(self) -> Usage | None:
        counts = self._counts
        read, written = count_in(counts.get("input_tokens")), count_in(counts.get("output_tokens"))
        if read is None or written is None:
            return None
        cached = count_in(counts.get("cache_read_input_tokens")) or 0
        stored = count_in(counts.get("cache_creation_input_tokens")) or 0
        self.stored_tokens = stored
        details: Any = counts.get("output_tokens_details")
        thought = count_in(cast("dict[str, Any]", details).get("thinking_tokens")) if isinstance(details, dict) else 0
        return Usage(read + cached + stored, written, cached, min(thought or 0, written))


def _index(event: Mapping[str, Any]) -> int:
    index = event.get("index")
    if not isinstance(index, int):
        raise NotAReply(f"an event for the block {index!r}")
    return index
