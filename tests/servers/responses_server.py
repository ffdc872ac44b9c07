"""A server of OpenAI's Responses protocol on loopback; what it answers is told as for `OpenAIServer`."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.openai_server import STREAM_HEAD, Answer, OpenAIServer, Piece, Received, http
from tests.servers.said import Said, words

USAGE = {
    "input_tokens": 10,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 2},
    "total_tokens": 15,
}
ENCRYPTED = "ZW5jcnlwdGVk"


def response(output: object, status: object = "completed", **fields: Any) -> dict[str, Any]:
    """Return the body of a whole reply."""
    return {
        "id": "resp_1",
        "object": "response",
        "model": "stub",
        "status": status,
        "output": output,
        "usage": USAGE,
        "error": None,
        "incomplete_details": None,
        **fields,
    }


def text(said: object) -> dict[str, Any]:
    """Return a message."""
    part = {"type": "output_text", "text": said, "annotations": []}
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}


def refused(said: object) -> dict[str, Any]:
    """Return a message that refuses."""
    return {**text(""), "content": [{"type": "refusal", "refusal": said}]}


def call(name: object = "add", call_id: object = "call_1", arguments: object = "{}", **fields: Any) -> dict[str, Any]:
    """Return a function call."""
    asked = {"id": "fc_1", "type": "function_call", "status": "completed"}
    return {**asked, "call_id": call_id, "name": name, "arguments": arguments, **fields}


def event(kind: str, **fields: Any) -> bytes:
    """Return a server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def delta(piece: object, kind: str = "response.output_text.delta", **fields: Any) -> bytes:
    """Return an event with a piece of text."""
    return event(kind, item_id="msg_1", output_index=0, content_index=0, delta=piece, **fields)


CREATED = event("response.created", response=response([], "in_progress", usage=None))


def completed(*output: Any, **fields: Any) -> bytes:
    """Return the last event of a good stream."""
    return event("response.completed", response=response(list(output), **fields))


def stream(*events: Piece) -> list[Piece]:
    """Return an answer of events, each sent by itself."""
    return [STREAM_HEAD, *events]


def items_of(said: Said) -> list[dict[str, Any]]:
    """Return a reply's items."""
    summary = [{"type": "summary_text", "text": said.thoughts}]
    thoughts = [{"id": "rs_1", "type": "reasoning", "summary": summary, "encrypted_content": ENCRYPTED}]
    texts = [refused(said.text) if said.why == "refusal" else text(said.text)] if said.text else []
    calls = [
        call(asked.name, asked.id, json.dumps(asked.arguments), id=f"fc_{index}")
        for index, asked in enumerate(said.calls)
    ]
    return [*(thoughts if said.thoughts else []), *texts, *calls]


def reply(said: Said) -> Answer:
    """Return a good answer, streamed if the request asks for it."""
    reasons = {"length": "max_output_tokens", "filter": "content_filter"}
    status = "incomplete" if said.why in reasons else "completed"
    details = {"reason": reasons[said.why]} if said.why in reasons else None
    usage = USAGE if said.counts else None
    items = items_of(said)
    whole = response(items, status, incomplete_details=details, usage=usage, model=said.model)

    def answer(received: Received) -> Answer:
        if not received.streams:
            return http(json.dumps(whole).encode())
        kind = "response.refusal.delta" if said.why == "refusal" else "response.output_text.delta"
        thoughts = [delta(word, "response.reasoning_summary_text.delta") for word in words(said.thoughts)]
        texts = [delta(word, kind) for word in words(said.text)]
        calls = [delta(item["arguments"], "response.function_call_arguments.delta")
                 for item in items if item["type"] == "function_call"]  # fmt: skip
        added = [event("response.output_item.added", output_index=i, item=item) for i, item in enumerate(items)]
        done = [event("response.output_item.done", output_index=i, item=item) for i, item in enumerate(items)]
        return stream(CREATED, *added, *thoughts, *texts, *calls, *done, event(f"response.{status}", response=whole))

    return answer


class ResponsesServer(OpenAIServer):
    """The server."""

    def config(self, **more: Any) -> dict[str, Any]:
        """Return a configuration that reaches this server."""
        return super().config(api_type="responses", **more)
