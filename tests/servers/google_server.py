"""A server of the Gemini protocol on loopback; what it answers is told as for `OpenAIServer`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.openai_server import STREAM_HEAD, Answer, OpenAIServer, Piece, Received, http
from tests.servers.openai_server import event as plain_event
from tests.servers.said import Said, words

USAGE = {
    "promptTokenCount": 10,
    "cachedContentTokenCount": 4,
    "candidatesTokenCount": 3,
    "thoughtsTokenCount": 2,
    "totalTokenCount": 15,
}
_REASONS = {
    "stop": "STOP",
    "calls": "STOP",
    "length": "MAX_TOKENS",
    "filter": "SAFETY",
    "refusal": "PROHIBITED_CONTENT",
}
SIGNATURE = "c2lnbmVk"


def answer_of(parts: object, reason: object = "STOP", **fields: Any) -> dict[str, Any]:
    """Return the body of a whole reply, or of an event."""
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": parts}}
    if reason is not None:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": "stub", **fields}


def text(said: object, **fields: Any) -> dict[str, Any]:
    """Return a part of text."""
    return {"text": said, **fields}


def call(name: object = "add", call_id: str = "", **arguments: Any) -> dict[str, Any]:
    """Return a part that asks for a function; this provider's models usually give no id."""
    return {"functionCall": {**({"id": call_id} if call_id else {}), "name": name, "args": arguments}}


def piece(*parts: Any, reason: object = None, **fields: Any) -> bytes:
    """Return one event of a stream."""
    return plain_event(answer_of(list(parts), reason, **fields))


END = piece(reason="STOP")


def stream(*events: Piece) -> list[Piece]:
    """Return an answer of events, each sent by itself."""
    return [STREAM_HEAD, *events]


def parts_of(said: Said) -> list[dict[str, Any]]:
    """Return a reply's parts; the first call is signed."""
    thoughts = [text(said.thoughts, thought=True)] if said.thoughts else []
    texts = [text(said.text)] if said.text else []
    calls = [call(asked.name, asked.id, **asked.arguments) for asked in said.calls]
    if said.thoughts and calls:
        calls[0]["thoughtSignature"] = SIGNATURE
    elif said.thoughts and texts:
        texts[0]["thoughtSignature"] = SIGNATURE
    return [*thoughts, *texts, *calls]


def _cut(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cut the parts of text into words; a signature comes with the last."""
    cut: list[dict[str, Any]] = []
    for part in parts:
        if "text" not in part:
            cut.append(part)
            continue
        kind = {"thought": True} if part.get("thought") else {}
        cut += [text(word, **kind) for word in words(part["text"])]
        if "thoughtSignature" in part:
            cut.append(text("", thoughtSignature=part["thoughtSignature"]))
    return cut


def reply(said: Said) -> Answer:
    """Return a good answer, streamed if the request asks for it."""
    reason = _REASONS[said.why]
    usage = USAGE if said.counts else None

    def answer(received: Received) -> Answer:
        parts = parts_of(said)
        if "stream" not in received.path:
            return http(json.dumps(answer_of(parts, reason, usageMetadata=usage, modelVersion=said.model)).encode())
        events = [piece(part, usageMetadata=None, modelVersion=said.model) for part in _cut(parts)]
        return stream(*events, piece(reason=reason, usageMetadata=usage, modelVersion=said.model))

    return answer


def refusal(code: int, kind: str, words: str = "No.", headers: Mapping[str, str] | None = None, **fields: Any) -> bytes:
    """Return an answer with an error, as Google words it."""
    error = {"error": {"code": code, "message": words, "status": kind, **fields}}
    return http(json.dumps(error).encode(), code, headers)


class GoogleServer(OpenAIServer):
    """The server."""

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return super().url.removesuffix("/v1")

    def config(self, **more: Any) -> dict[str, Any]:
        """Return a configuration that reaches this server."""
        return super().config(api_type="google", **more)
