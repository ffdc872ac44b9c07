"""The protocols that the adapters speak: a server for each, and how to read what was sent to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers import anthropic_server, google_server, responses_server
from tests.servers.openai_server import Answer, OpenAIServer, Received, completion, http, status, streamed
from tests.servers.said import Said

Json = Any
CHAT_USAGE = {
    "prompt_tokens": 10,
    "completion_tokens": 5,
    "total_tokens": 15,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
TOO_LONG = "This model's maximum context length is 8192 tokens"
LATER = {"retry-after": "7"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Dialect:
    """A protocol.

    Args:
        name: of the adapter.
        server: speaks it.
        reply: puts what a model says into it.
        refusals: answers that are errors, by what they mean.
        system_in, spoken_in, images_in, results_in, reasoning_in: what a request's body holds: instructions, texts of
            user and assistant, images, tool answers, and what had been kept of the model's thinking.
        entry: what a configuration needs besides.
        sees_cache: whether cached and reasoning tokens are told.
    """

    name: str
    server: type[OpenAIServer]
    reply: Callable[[Said], Answer]
    refusals: Mapping[str, bytes]
    system_in: Callable[[Json], str]
    spoken_in: Callable[[Json], list[tuple[str, str]]]
    images_in: Callable[[Json], list[str]]
    results_in: Callable[[Json], list[str]]
    reasoning_in: Callable[[Json], list[Any]]
    entry: Mapping[str, Any] = field(default_factory=dict[str, Any])
    keeps: str | None = None

    def __str__(self) -> str:
        return self.name

    def serve(self, *answers: Answer | Said) -> OpenAIServer:
        """Return a server that gives these answers."""
        return self.server(*(self.reply(each) if isinstance(each, Said) else each for each in answers))

    def config(self, server: OpenAIServer, **more: Any) -> dict[str, Any]:
        """Return a configuration that reaches a server; without retries, unless told otherwise."""
        return server.config(**{"max_retries": 0, **self.entry, **more})


def _flat(groups: Iterable[Iterable[Any]]) -> list[Any]:
    return [item for group in groups for item in group]


# Chat completions


def chat_reply(said: Said) -> Answer:
    """Return a good answer of chat completions, streamed if the request asks for it."""
    calls = [
        {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": json.dumps(c.arguments)}}
        for c in said.calls
    ]
    message: dict[str, Any] = {"role": "assistant", "content": said.text or None}
    message |= {"tool_calls": calls} if calls else {}
    message |= {"refusal": said.text, "content": None} if said.why == "refusal" else {}
    thoughts = {"reasoning_content": said.thoughts} if said.thoughts else {}
    reasons = {"calls": "tool_calls", "filter": "content_filter", "refusal": "stop"}
    reason = reasons.get(said.why, said.why)
    usage = CHAT_USAGE if said.counts else None

    def answer(received: Received) -> Answer:
        if not received.streams:
            whole = completion({**message, **thoughts}, reason, usage=usage, model=said.model)
            return http(json.dumps(whole).encode())
        pieces: Any = streamed(message, reason, usage)
        extra = [{"refusal": said.text}] if said.why == "refusal" else []
        extra += [{"reasoning_content": said.thoughts}] if said.thoughts else []
        first = [_chunk(delta) for delta in extra]
        return [*pieces[:2], *first, *pieces[2:]]

    return answer


def _chunk(delta: Json) -> bytes:
    whole = {"model": "stub", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    return f"data: {json.dumps(whole)}\n\n".encode()


def _chat_texts(message: Json) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content or ())


CHAT = Dialect(
    name="chat",
    server=OpenAIServer,
    reply=chat_reply,
    refusals={
        "key": status(401, "Incorrect API key"),
        "permission": status(403, "Not for you"),
        "missing": status(404, "No such model"),
        "rate": status(429, "Slow down", LATER),
        "quota": status(429, "You exceeded your current quota", code="insufficient_quota"),
        "long": status(400, TOO_LONG, code="context_length_exceeded"),
        "wrong": status(400, "Unsupported value"),
        "down": status(503, "Try later", LATER),
    },
    system_in=lambda body: "".join(_chat_texts(m) for m in body["messages"] if m["role"] == "system"),
    spoken_in=lambda body: [
        (m["role"], _chat_texts(m)) for m in body["messages"] if m["role"] in {"user", "assistant"} and m["content"]
    ],
    images_in=lambda body: [
        part["image_url"]["url"]
        for m in body["messages"] if isinstance(m["content"], list)
        for part in m["content"] if part["type"] == "image_url"
    ],
    results_in=lambda body: [m["content"] for m in body["messages"] if m["role"] == "tool"],
    reasoning_in=lambda body: [],
)  # fmt: skip

GATEWAY = Dialect(
    name="gateway",
    server=CHAT.server,
    reply=CHAT.reply,
    refusals=CHAT.refusals,
    system_in=CHAT.system_in,
    spoken_in=CHAT.spoken_in,
    images_in=CHAT.images_in,
    results_in=CHAT.results_in,
    reasoning_in=lambda body: [m["reasoning_content"] for m in body["messages"] if "reasoning_content" in m],
    entry={"api_type": "gateway", "model": "openai-chat:stub"},
    keeps="gateway",
)

# Responses


def _items(body: Json, kind: str) -> list[Json]:
    return [item for item in body["input"] if item.get("type", "message") == kind]


def _item_texts(item: Json) -> str:
    content = item["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


RESPONSES = Dialect(
    name="responses",
    server=responses_server.ResponsesServer,
    reply=responses_server.reply,
    refusals=CHAT.refusals,
    system_in=lambda body: "".join(_item_texts(item) for item in _items(body, "message") if item["role"] == "system"),
    spoken_in=lambda body: [
        (item["role"], _item_texts(item)) for item in _items(body, "message") if item["role"] != "system"
    ],
    images_in=lambda body: [
        part["image_url"]
        for item in _items(body, "message") if isinstance(item["content"], list)
        for part in item["content"] if part["type"] == "input_image"
    ],
    results_in=lambda body: [item["output"] for item in _items(body, "function_call_output")],
    reasoning_in=lambda body: [item["encrypted_content"] for item in _items(body, "reasoning")],
    keeps="openai_responses",
)  # fmt: skip

# Anthropic


def _blocks(body: Json, kind: str) -> list[Json]:
    return [block for message in body["messages"] for block in message["content"] if block["type"] == kind]


def _source(block: Json) -> str:
    source = block["source"]
    return source.get("url") or f"data:{source['media_type']};base64,{source['data']}"


def _error(code: int, kind: str, words: str = "No.", headers: Mapping[str, str] | None = None) -> bytes:
    return anthropic_server.refusal(code, kind, words, headers)


ANTHROPIC = Dialect(
    name="anthropic",
    server=anthropic_server.AnthropicServer,
    reply=anthropic_server.reply,
    refusals={
        "key": _error(401, "authentication_error", "invalid x-api-key"),
        "permission": _error(403, "permission_error"),
        "missing": _error(404, "not_found_error", "model: stub"),
        "rate": _error(429, "rate_limit_error", "Slow down", LATER),
        "quota": _error(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
        "long": _error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        "wrong": _error(400, "invalid_request_error", "temperature: too hot"),
        "down": _error(529, "overloaded_error", "Overloaded", LATER),
    },
    system_in=lambda body: body.get("system", ""),
    spoken_in=lambda body: [
        (message["role"], block["text"])
        for message in body["messages"]
        for block in message["content"]
        if block["type"] == "text"
    ],
    images_in=lambda body: [_source(block) for block in _blocks(body, "image")],
    results_in=lambda body: [block["content"] for block in _blocks(body, "tool_result")],
    reasoning_in=lambda body: [block["signature"] for block in _blocks(body, "thinking")],
    keeps="anthropic",
)

# Google


def _parts(body: Json) -> list[Json]:
    return _flat(content["parts"] for content in body["contents"])


def _address(part: Json) -> str:
    if "fileData" in part:
        return part["fileData"]["fileUri"]
    return f"data:{part['inlineData']['mimeType']};base64,{part['inlineData']['data']}"


def _google_error(code: int, kind: str, words: str = "No.", **fields: Any) -> bytes:
    return google_server.refusal(code, kind, words, **fields)


_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_WAIT = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"}
_DAY = {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}

GOOGLE = Dialect(
    name="google",
    server=google_server.GoogleServer,
    reply=google_server.reply,
    refusals={
        "key": _google_error(400, "INVALID_ARGUMENT", "API key not valid.", details=[{"reason": "API_KEY_INVALID"}]),
        "permission": _google_error(403, "PERMISSION_DENIED"),
        "missing": _google_error(404, "NOT_FOUND", "models/stub is not found"),
        "rate": _google_error(429, "RESOURCE_EXHAUSTED", _QUOTA, details=[_WAIT]),
        "quota": _google_error(429, "RESOURCE_EXHAUSTED", _QUOTA, details=[_DAY, _WAIT]),
        "long": _google_error(
            400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8)."
        ),
        "wrong": _google_error(400, "INVALID_ARGUMENT", "Unsupported value"),
        "down": google_server.refusal(503, "UNAVAILABLE", "Overloaded", LATER),
    },
    system_in=lambda body: "".join(part["text"] for part in body.get("systemInstruction", {"parts": []})["parts"]),
    spoken_in=lambda body: [
        ("assistant" if content["role"] == "model" else "user", part["text"])
        for content in body["contents"]
        for part in content["parts"]
        if part.get("text") and not part.get("thought")
    ],
    images_in=lambda body: [_address(part) for part in _parts(body) if "inlineData" in part or "fileData" in part],
    results_in=lambda body: [
        part["functionResponse"]["response"]["result"] for part in _parts(body) if "functionResponse" in part
    ],
    reasoning_in=lambda body: [part["thoughtSignature"] for part in _parts(body) if "thoughtSignature" in part],
    keeps="google",
)

DIALECTS = (CHAT, RESPONSES, ANTHROPIC, GOOGLE, GATEWAY)
