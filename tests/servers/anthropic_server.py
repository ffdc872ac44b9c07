"""A server of Anthropic's Messages protocol on loopback; what it answers is told as for `OpenAIServer`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.servers.openai_server import STREAM_HEAD, Answer, OpenAIServer, Piece, Received, http
from tests.servers.said import Said, words

USAGE = {
    "input_tokens": 6,
    "cache_read_input_tokens": 4,
    "cache_creation_input_tokens": 0,
    "output_tokens": 5,
    "output_tokens_details": {"thinking_tokens": 2},
}
_REASONS = {"stop": "end_turn", "calls": "tool_use", "length": "max_tokens", "refusal": "refusal", "filter": "refusal"}
SIGNATURE = "c2lnbmVk"


def message(content: object, stop_reason: object = "end_turn", **fields: Any) -> dict[str, Any]:
    """Return the body of a whole reply."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": content,
        "stop_reason": stop_reason,
        "usage": USAGE,
        **fields,
    }


def text(said: object) -> dict[str, Any]:
    """Return a text block."""
    return {"type": "text", "text": said}


def use(name: object = "add", call_id: object = "toolu_1", **arguments: Any) -> dict[str, Any]:
    """Return a block that asks for a tool."""
    return {"type": "tool_use", "id": call_id, "name": name, "input": arguments}


def event(kind: str, **fields: Any) -> bytes:
    """Return a server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def start(**fields: Any) -> bytes:
    """Return the first event of a stream."""
    return event("message_start", message={**message([], None), "usage": {**USAGE, "output_tokens": 1}, **fields})


def begin(block: object, index: object = 0) -> bytes:
    """Return the event that begins a block."""
    return event("content_block_start", index=index, content_block=block)


def delta(piece: object, index: object = 0) -> bytes:
    """Return an event with a piece of a block; text stands for a text delta."""
    given = {"type": "text_delta", "text": piece} if isinstance(piece, str) else piece
    return event("content_block_delta", index=index, delta=given)


def end(index: object = 0) -> bytes:
    """Return the event that ends a block."""
    return event("content_block_stop", index=index)


def reason(stop_reason: object = "end_turn", usage: object = None) -> bytes:
    """Return the event that says why the reply ended."""
    return event("message_delta", delta={"stop_reason": stop_reason}, usage=usage or {"output_tokens": 5})


STOP = event("message_stop")
PING = event("ping")


def stream(*events: Piece) -> list[Piece]:
    """Return an answer of events, each sent by itself."""
    return [STREAM_HEAD, *events]


def blocks_of(said: Said) -> list[dict[str, Any]]:
    """Return a reply's blocks."""
    thoughts = [{"type": "thinking", "thinking": said.thoughts, "signature": SIGNATURE}] if said.thoughts else []
    texts = [text(said.text)] if said.text else []
    return [*thoughts, *texts, *(use(call.name, call.id, **call.arguments) for call in said.calls)]


def _pieces(index: int, block: dict[str, Any]) -> list[bytes]:
    if block["type"] == "thinking":
        thinking = [delta({"type": "thinking_delta", "thinking": word}, index) for word in words(block["thinking"])]
        signed = delta({"type": "signature_delta", "signature": block["signature"]}, index)
        return [begin({"type": "thinking", "thinking": "", "signature": ""}, index), *thinking, signed, end(index)]
    if block["type"] == "text":
        return [begin(text(""), index), *(delta(word, index) for word in words(block["text"])), end(index)]
    arguments = json.dumps(block["input"])
    asked = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", arguments[:4], arguments[4:])]
    return [begin({**block, "input": {}}, index), *(delta(piece, index) for piece in asked), end(index)]


def reply(said: Said) -> Answer:
    """Return a good answer, streamed if the request asks for it."""
    stop_reason = _REASONS[said.why]
    usage = USAGE if said.counts else None

    def answer(received: Received) -> Answer:
        blocks = blocks_of(said)
        if not received.streams:
            return http(json.dumps(message(blocks, stop_reason, usage=usage, model=said.model)).encode())
        pieces = [piece for index, block in enumerate(blocks) for piece in _pieces(index, block)]
        counted = {"output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}} if said.counts else {}
        first = start(model=said.model) if said.counts else start(model=said.model, usage=None)
        return stream(first, PING, *pieces, reason(stop_reason, counted), STOP)

    return answer


def refusal(code: int, kind: str, words: str = "No.", headers: Mapping[str, str] | None = None) -> bytes:
    """Return an answer with an error, as Anthropic words it."""
    error = {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_1"}
    return http(json.dumps(error).encode(), code, headers)


class AnthropicServer(OpenAIServer):
    """The server."""

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return super().url.removesuffix("/v1")

    def config(self, **more: Any) -> dict[str, Any]:
        """Return a configuration that reaches this server."""
        return super().config(api_type="anthropic", **more)
