"""What must come of every answer that a server of the Gemini protocol should not give."""

from __future__ import annotations

import json
from typing import Any

from autogen.errors import (
    ContextTooLong,
    IncompleteReply,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    NotAuthorised,
    QuotaExhausted,
    RateLimited,
)
from tests.models import hostility
from tests.models.hostility import FIRST, IDLE, KEY, OVERALL, Case, bad, body, keep_alives, slowly
from tests.servers.google_server import END, USAGE, answer_of, call, piece, refusal, stream, text
from tests.servers.openai_server import DONE, STREAM_HEAD, ForEver, Hang, Reset, event, http


def said(parts: object, reason: object = "STOP", **fields: Any) -> bytes:
    return body(answer_of(parts, reason, **fields))


ADD = ("add", '{"a": 1}')
ADDS = call(a=1)
NONE = {"candidates": []}
QUOTA = "You exceeded your current quota, please check your plan and billing details."
WAIT = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37.5s"}
DAY = {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}


def blocked(**feedback: Any) -> dict[str, Any]:
    return {"promptFeedback": feedback, "usageMetadata": USAGE, "modelVersion": "stub"}


STATUSES = [
    Case("400", refusal(400, "INVALID_ARGUMENT", "Unsupported value"), ModelRejected, ("Unsupported value", "HTTP 400")),
    Case("400 for the key", refusal(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), NotAuthorised, ("api_key",)),
    Case("401", refusal(401, "UNAUTHENTICATED", f"What is {KEY}?"), NotAuthorised, ("[key hidden]",)),
    Case("403", refusal(403, "PERMISSION_DENIED", "Not here"), NotAuthorised, ("Not here",)),
    Case("404", refusal(404, "NOT_FOUND", "models/stub is not found"), ModelRejected, ("not found",)),
    Case("429 of a minute", refusal(429, "RESOURCE_EXHAUSTED", QUOTA, details=[WAIT]), RateLimited, ("current quota",)),
    Case("429 of a day", refusal(429, "RESOURCE_EXHAUSTED", QUOTA, details=[DAY, WAIT]), QuotaExhausted, ("empty",)),
    Case("429 with odd details", refusal(429, "RESOURCE_EXHAUSTED", "Slow", details=[None, 7, {"retryDelay": "soon"}]), RateLimited, ("Slow",)),
    Case("429 with details of text", refusal(429, "RESOURCE_EXHAUSTED", "Slow", details="x"), RateLimited, ("Slow",)),
    Case("429 without words", http(b"", 429), RateLimited),
    Case("429 with the key", refusal(429, "RESOURCE_EXHAUSTED", f"key {KEY}"), RateLimited, ("[key hidden]",)),
    Case("context too long", refusal(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8)."), ContextTooLong),
    Case("500", refusal(500, "INTERNAL", "Oh"), ModelUnavailable, ("Oh",)),
    Case("503", refusal(503, "UNAVAILABLE", "Overloaded"), ModelUnavailable, ("Overloaded",)),
    Case("504", refusal(504, "DEADLINE_EXCEEDED"), ModelUnavailable, ("HTTP 504",)),
]  # fmt: skip

BODIES = [
    bad("no candidates", body(NONE), "no candidates"),
    bad("candidates as an object", body({"candidates": {"0": {}}}), "no list but dict"),
    bad("candidates of null", body({"candidates": [None]}), "no object but NoneType"),
    bad("candidates of text", body({"candidates": ["x"]}), "no object but str"),
    bad("an empty candidate", body({"candidates": [{}]}), "no candidates"),
    bad("content of text", body({"candidates": [{"content": "x"}]}), "no object but str"),
    bad("parts as an object", said({"text": "x"}), "no list but dict"),
    bad("parts of text", said(["x"]), "no object but str"),
    bad("parts of null", said([None]), "no object but NoneType"),
    bad("text that is a number", said([text(7)]), "no text but int"),
    bad("text that is a list", said([text(["x"])]), "no text but list"),
    bad("a call of text", said([{"functionCall": "add"}]), "no object but str"),
    bad("a call of null", said([{"functionCall": None}]), "no object but NoneType"),
    bad("feedback of text", body({"promptFeedback": "x"}), "no object but str"),
    Case("an error code with status 200", body({"error": {"code": 429, "message": "Slow"}}), RateLimited, ("Slow",)),
    Case("an error name with status 200", body({"error": {"status": "PERMISSION_DENIED", "message": "No"}}), NotAuthorised, ("No",)),
    Case("null candidates, blocked", body({**blocked(blockReason="SAFETY"), "candidates": None}), content="", finish="content_filter"),
    Case("blocked with words", body(blocked(blockReason="OTHER", blockReasonMessage="Not this.")), content="Not this.", finish="content_filter"),
    Case("blocked for no known reason", body(blocked(blockReason=7)), content="", finish="content_filter"),
    Case("null parts", said(None), content=""),
    Case("no content", body({**answer_of([]), "candidates": [{"finishReason": "STOP"}]}), content=""),
    Case("no parts", said([]), content=""),
    Case("empty text", said([text("")]), content=""),
    Case("null text", said([text(None)]), content=""),
    Case("an empty part", said([{}, text("Hi")]), content="Hi"),
    Case("an unknown part", said([{"hologram": 1}, text("Hi")]), content="Hi"),
    Case("code and its result", said([{"executableCode": {"code": "1"}}, {"codeExecutionResult": {}}, text("1")]), content="1"),
    Case("two texts", said([text("Hel"), text("lo")]), content="Hello"),
    Case("a thought of another type", said([text("Hm", thought="yes"), text("Hi")]), content="Hi"),
    Case("a signature of another type", said([text("Hi", thoughtSignature=7)]), content="Hi"),
    Case("an unknown reason", said([text("Hi")], "BECAUSE"), content="Hi", finish="unknown"),
    Case("a reason of another type", said([text("Hi")], {"a": 1}), content="Hi", finish="unknown"),
    Case("no reason", said([text("Hi")], None), content="Hi", finish="unknown"),
    Case("cut at the limit", said([text("Hi")], "MAX_TOKENS"), content="Hi", finish="length"),
    Case("filtered", said([text("Hi")], "SAFETY"), content="Hi", finish="content_filter"),
    Case("recited", said([], "RECITATION"), content="", finish="content_filter"),
    Case("filtered with words", body({**answer_of([]), "candidates": [{"finishReason": "SPII", "finishMessage": "Personal."}]}), content="Personal.", finish="content_filter"),
    Case("another answer besides", body({**answer_of([]), "candidates": [*answer_of([text("Hi")])["candidates"], *answer_of([text("Bye")])["candidates"]]}), content="Hi"),
    Case("no usage", said([text("Hi")], usageMetadata=None), content="Hi", usage=None),
    Case("usage of text", said([text("Hi")], usageMetadata="many"), content="Hi", usage=None),
    Case("usage without counts", said([text("Hi")], usageMetadata={"totalTokenCount": 1}), content="Hi", usage=None),
    Case("usage of nothing written", said([text("Hi")], usageMetadata={"promptTokenCount": 10}), content="Hi", usage=(10, 0)),
    Case("negative usage", said([text("Hi")], usageMetadata={**USAGE, "promptTokenCount": -1}), content="Hi", usage=None),
    Case("absurd usage", said([text("Hi")], usageMetadata={**USAGE, "candidatesTokenCount": 10**30}), content="Hi", usage=None),
    Case("a model of another type", said([text("Hi")], modelVersion=7), content="Hi"),
    Case("a call", said([ADDS]), finish="tool_calls", calls=(ADD,)),
    Case("two calls without ids", said([ADDS, ADDS]), finish="tool_calls", calls=(ADD, ADD)),
    Case("two calls of one id", said([call(call_id="x", a=1)] * 2), finish="tool_calls", calls=(ADD, ADD)),
    Case("an id of a number", said([{"functionCall": {"id": 7, "name": "add", "args": {"a": 1}}}]), finish="tool_calls", calls=(ADD,)),
    Case("a call without a name", said([{"functionCall": {}}]), finish="tool_calls", calls=(("", "{}"),)),
    Case("arguments as text", said([{"functionCall": {"name": "add", "args": '{"a": 1}'}}]), finish="tool_calls", calls=(ADD,)),
    Case("arguments as a list", said([{"functionCall": {"name": "add", "args": [1]}}]), finish="tool_calls", calls=(("add", "[1]"),)),
    Case("a call that was cut", said([ADDS], "MAX_TOKENS"), finish="length", calls=(ADD,)),
    Case("a call that the server calls malformed", said([ADDS], "MALFORMED_FUNCTION_CALL"), content="", finish="unknown"),
    Case("a call too many", said([text("Hm"), ADDS], "TOO_MANY_TOOL_CALLS"), content="Hm", finish="unknown"),
    Case("5 MB of text", said([text("word " * 1_000_000)]), content="word " * 1_000_000),
    bad("17 MB of text", said([text("x" * 17_000_000)]), "cap of 16777216 bytes"),
    Case("NUL and escapes", said([text("a\x00b\x1b[2J\u202e")]), content="a\x00b\x1b[2J\u202e"),
    Case("lone surrogates", body(json.dumps(answer_of([text("a\ud800b")])).encode()), content="a\ud800b"),
    Case("a byte-order mark", body(b"\xef\xbb\xbf" + json.dumps(answer_of([text("Hi")])).encode()), content="Hi"),
]  # fmt: skip

HEL, LO = piece(text("Hel")), piece(text("lo"))
HELLO = "Hello"

STREAMS = [
    Case("a good one", stream(HEL, LO, END), content=HELLO),
    Case("the reason with the last piece", stream(HEL, piece(text("lo"), reason="STOP")), content=HELLO),
    Case("a piece after the reason", stream(HEL, END, LO), content=HELLO),
    Case("pieces of nothing", stream(event({}), HEL, event(NONE), LO, event({"candidates": None}), END), content=HELLO),
    Case("candidates that are empty", stream(HEL, event({"candidates": [{}]}), LO, END), content=HELLO),
    Case("usage grows", stream(piece(text("Hel"), usageMetadata={"promptTokenCount": 1}), LO, END), content=HELLO),
    Case("no usage", stream(*[piece(text(part), usageMetadata=None) for part in ("Hel", "lo")], piece(reason="STOP", usageMetadata=None)), content=HELLO, usage=None),
    Case("a thought between", stream(HEL, piece(text("hm", thought=True)), LO, END), content=HELLO),
    Case("an end as OpenAI says it", stream(HEL, LO, END, DONE), content=HELLO),
    Case("reset after the reason", stream(HEL, LO, END, Reset()), content=HELLO),
    Case("comments and other fields", stream(b": hi\n\n", b"event: x\nid: 1\n", HEL, LO, END), content=HELLO),
    Case("line ends of \\r\\n", [STREAM_HEAD, b"".join((HEL, LO, END)).replace(b"\n", b"\r\n")], content=HELLO),
    Case("line ends of \\r", [STREAM_HEAD, b"".join((HEL, LO, END)).replace(b"\n", b"\r")], content=HELLO),
    Case("a byte at a time", [STREAM_HEAD, *(bytes([byte]) for byte in HEL + LO + END)], content=HELLO),
    Case("an answer that is not streamed", said([text(HELLO)]), content=HELLO),
    Case("slow, but in time", [STREAM_HEAD, *slowly(HEL, LO, END)], content=HELLO, limits=OVERALL),
    Case("a call", stream(piece(ADDS), END), finish="tool_calls", calls=(ADD,)),
    Case("calls in several pieces", stream(piece(ADDS), piece(ADDS), END), finish="tool_calls", calls=(ADD, ADD)),
    Case("cut at the limit", stream(HEL, LO, piece(reason="MAX_TOKENS")), content=HELLO, finish="length"),
    Case("a call cut at the limit", stream(piece(ADDS), piece(reason="MAX_TOKENS")), finish="length", calls=(ADD,)),
    Case("a malformed call", stream(HEL, piece(reason="MALFORMED_FUNCTION_CALL")), content="Hel", finish="unknown"),
    Case("filtered", stream(HEL, piece(reason="SAFETY")), content="Hel", finish="content_filter"),
    Case("blocked", stream(event(blocked(blockReason="SAFETY"))), content="", finish="content_filter"),
    Case("only a reason", stream(END), content=""),
    Case("a call, and no reason", stream(piece(ADDS)), IncompleteReply, ("ended before",)),
    Case("empty", stream(), ModelUnavailable, ("before it began",)),
    bad("only pieces of nothing", stream(event({}), event(NONE)), "without a reply"),
    bad("only DONE", stream(DONE), "without a reply"),
    bad("a page", http(hostility.HTML, headers=hostility.PLAIN), "without a reply", "<!doctype html>"),
    Case("cut", stream(HEL, LO), IncompleteReply, ("ended before",)),
    Case("cut, and DONE", stream(HEL, LO, DONE), IncompleteReply, ("ended before",)),
    Case("cut within a line", stream(HEL, LO[:-30]), IncompleteReply, ("not JSON",)),
    Case("reset", stream(HEL, LO, Reset()), IncompleteReply),
    Case("reset before the first", stream(Reset()), ModelUnavailable),
    Case("an error", stream(HEL, event({"error": {"code": 503, "message": "Busy"}})), IncompleteReply, ("Busy",)),
    Case("an error first", stream(event({"error": {"code": 503, "message": "Busy"}})), ModelUnavailable, ("Busy",)),
    Case("a rate limit first", stream(event({"error": {"status": "RESOURCE_EXHAUSTED", "message": "slow"}})), RateLimited, ("slow",)),
    Case("an error in words", stream(event({"error": "Busy"})), ModelUnavailable, ("Busy",)),
    Case("an error with the key", stream(HEL, event({"error": {"message": KEY}})), IncompleteReply, ("[key hidden]",)),
    Case("a bad line", stream(HEL, event("rubbish"), LO, END), IncompleteReply, ("not JSON",)),
    bad("a bad line first", stream(event("rubbish")), "not JSON", "rubbish"),
    bad("an event of a list", stream(event("[]")), "no object"),
    bad("an event of null", stream(event("null")), "no object"),
    bad("candidates of text", stream(event({"candidates": ["x"]})), "no object but str"),
    bad("candidates as an object", stream(event({"candidates": {"0": 1}})), "no list but dict"),
    bad("content of text", stream(event({"candidates": [{"content": "x"}]})), "no object but str"),
    bad("parts of text", stream(piece("x")), "no object but str"),
    bad("text that is a number", stream(piece(text(7))), "no text but int"),
    Case("a call of text", stream(HEL, piece({"functionCall": "x"})), IncompleteReply, ("no object but str",)),
    bad("feedback of a list", stream(event({"promptFeedback": [1]})), "no object but list"),
    bad("NaN", stream(event('{"candidates": [NaN]}')), "NaN"),
    bad("bad UTF-8", stream(b'data: {"candidates": "\xff"}\n\n'), "not UTF-8"),
    bad("deep nesting", stream(event("[" * 100_000)), "nested too deeply"),
    bad("a line without end", [STREAM_HEAD, b"data: ", ForEver(b"x" * 65_536)], "a line of more than"),
    Case("5 MB of text", stream(*[piece(text("x" * 50_000))] * 100, END), content="x" * 5_000_000),
    Case("silence", [Hang()], ModelTimeout, ("first-byte limit of 0.1 s",), limits=FIRST),
    Case("silence in the middle", stream(HEL, LO, Hang()), IncompleteReply, ("idle limit of 0.1 s",), limits=IDLE),
    keep_alives(STREAM_HEAD),
    Case("a drip of words", stream(HEL, ForEver(LO, 0.02)), IncompleteReply, ("overall limit of 0.4 s",), limits=OVERALL),
]  # fmt: skip
