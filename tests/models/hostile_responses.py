"""What must come of every answer that a server of OpenAI's Responses protocol should not give."""

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
from tests.servers.openai_server import DONE, STREAM_HEAD, ForEver, Hang, Reset, http, status
from tests.servers.responses_server import (
    CREATED,
    USAGE,
    call,
    completed,
    delta,
    event,
    refused,
    response,
    stream,
    text,
)


def said(output: object, state: object = "completed", **fields: Any) -> bytes:
    return body(response(output, state, **fields))


ADD = ("add", '{"a": 1}')
ADDS = call(arguments='{"a": 1}')
LENGTH: dict[str, Any] = {"incomplete_details": {"reason": "max_output_tokens"}}
SLOW = {"code": "rate_limit_exceeded", "message": "slow"}

STATUSES = [
    Case("400", status(400, "Unsupported value"), ModelRejected, ("Unsupported value", "HTTP 400")),
    Case("401", status(401, f"Incorrect API key provided: {KEY}"), NotAuthorised, ("api_key", "[key hidden]")),
    Case("403", status(403, "Country not supported"), NotAuthorised, ("Country not supported",)),
    Case("404", status(404, "The model does not exist"), ModelRejected, ("does not exist",)),
    Case("429", status(429, "Slow down"), RateLimited, ("Slow down",)),
    Case("429 of an empty account", status(429, "x", code="insufficient_quota"), QuotaExhausted, ("empty",)),
    Case("context too long", status(400, "x", code="context_length_exceeded"), ContextTooLong),
    Case("500", status(500, "Oh"), ModelUnavailable, ("Oh",)),
]

BODIES = [
    bad("output as an object", said({"type": "message"}), "no list but dict"),
    bad("output of null", said([None]), "no object but NoneType"),
    bad("output of text", said(["hello"]), "no object but str"),
    bad("an item without a type", said([{"content": []}]), "without a type"),
    bad("content as a number", said([{**text("x"), "content": 7}]), "no list but int"),
    bad("content of null in a list", said([{**text("x"), "content": [None]}]), "no object but NoneType"),
    bad("text that is a number", said([text(7)]), "no text but int"),
    bad("a refusal that is a number", said([refused(7)]), "no text but int"),
    bad("in progress", said([text("Hi")], "in_progress"), "in_progress"),
    bad("queued", said([], "queued"), "queued"),
    bad("cancelled", said([text("Hi")], "cancelled"), "cancelled"),
    bad("failed without a word", said([text("Hi")], "failed"), "failed"),
    Case("failed", said([], "failed", error={"code": "server_error", "message": "Oh"}), ModelUnavailable, ("Oh",)),
    Case("failed by a limit", said([], "failed", error=SLOW), RateLimited, ("slow",)),
    Case("failed by an image", said([], "failed", error={"code": "invalid_image", "message": "no"}), ModelRejected),
    Case("null output", said(None), content=""),
    Case("empty output", said([]), content=""),
    Case("null content", said([{**text("x"), "content": None}]), content=""),
    Case("content as text", said([{**text("x"), "content": "Hi"}]), content="Hi"),
    Case("null text", said([text(None)]), content=""),
    Case("two messages", said([text("Hel"), text("lo")]), content="Hello"),
    Case("an unknown item", said([{"type": "hologram"}, text("Hi")]), content="Hi"),
    Case("reasoning alone", said([{"type": "reasoning", "summary": []}]), content=""),
    Case("odd reasoning", said([{"type": "reasoning", "summary": 7}, text("Hi")]), content="Hi"),
    Case("a wrong role", said([{**text("Hi"), "role": "user"}]), content="Hi"),
    Case("a call and an unknown status", said([ADDS], "done"), finish="unknown", calls=(ADD,)),
    Case("no status", said([text("Hi")], None), content="Hi", finish="unknown"),
    Case("an unknown status", said([text("Hi")], "done"), content="Hi", finish="unknown"),
    Case("a status of another type", said([text("Hi")], 7), content="Hi", finish="unknown"),
    Case("cut at the limit", said([text("Hi")], "incomplete", **LENGTH), content="Hi", finish="length"),
    Case("cut for no reason", said([text("Hi")], "incomplete"), content="Hi", finish="length"),
    Case("cut for an odd reason", said([text("Hi")], "incomplete", incomplete_details={"reason": [1]}), content="Hi", finish="length"),
    Case("filtered", said([text("Hi")], "incomplete", incomplete_details={"reason": "content_filter"}), content="Hi", finish="content_filter"),
    Case("refused", said([refused("I will not.")]), content="I will not.", finish="refusal"),
    Case("no usage", said([text("Hi")], usage=None), content="Hi", usage=None),
    Case("usage of text", said([text("Hi")], usage="many"), content="Hi", usage=None),
    Case("usage without counts", said([text("Hi")], usage={}), content="Hi", usage=None),
    Case("negative usage", said([text("Hi")], usage={**USAGE, "input_tokens": -1}), content="Hi", usage=None),
    Case("absurd usage", said([text("Hi")], usage={**USAGE, "output_tokens": 10**30}), content="Hi", usage=None),
    Case("odd details of usage", said([text("Hi")], usage={**USAGE, "input_tokens_details": [1]}), content="Hi"),
    Case("a model of another type", said([text("Hi")], model=7), content="Hi"),
    Case("a call", said([ADDS]), finish="tool_calls", calls=(ADD,)),
    Case("a call exactly twice", said([ADDS, ADDS]), finish="tool_calls", calls=(ADD,)),
    Case("two calls of one id", said([ADDS, call("sub")]), finish="tool_calls", calls=(ADD, ("sub", "{}"))),
    Case("calls without ids", said([call(call_id=None), call("sub", None)]), finish="tool_calls", calls=(("add", "{}"), ("sub", "{}"))),
    Case("a call without a name", said([call(None)]), finish="tool_calls", calls=(("", "{}"),)),
    Case("arguments as an object", said([call(arguments={"a": 1})]), finish="tool_calls", calls=(ADD,)),
    Case("arguments of null", said([call(arguments=None)]), finish="tool_calls", calls=(("add", "{}"),)),
    Case("no arguments", said([call(arguments="")]), finish="tool_calls", calls=(("add", "{}"),)),
    Case("arguments that are no JSON", said([call(arguments="{a:")]), finish="tool_calls", calls=(("add", "{a:"),)),
    Case("a call of another kind", said([{"type": "computer_call", "call_id": "c"}, text("Hi")]), content="Hi"),
    Case("a call that was cut", said([ADDS], "incomplete", **LENGTH), finish="length", calls=(ADD,)),
    Case("5 MB of text", said([text("word " * 1_000_000)]), content="word " * 1_000_000),
    bad("17 MB of text", said([text("x" * 17_000_000)]), "cap of 16777216 bytes"),
    Case("NUL and escapes", said([text("a\x00b\x1b[2J\u202e")]), content="a\x00b\x1b[2J\u202e"),
    Case("lone surrogates", body(json.dumps(response([text("a\ud800b")])).encode()), content="a\ud800b"),
    Case("a byte-order mark", body(b"\xef\xbb\xbf" + json.dumps(response([text("Hi")])).encode()), content="Hi"),
]  # fmt: skip

HEL, LO = delta("Hel"), delta("lo")
WHOLE = completed(text("Hello"))
HELLO = "Hello"
ARGUMENTS = "response.function_call_arguments.delta"
BEGUN = event("response.output_item.added", output_index=0, item=call(arguments=""))

STREAMS = [
    Case("a good one", stream(CREATED, HEL, LO, WHOLE), content=HELLO),
    Case("unknown events", stream(event("response.new", a=1), HEL, LO, event("keepalive"), WHOLE), content=HELLO),
    Case("only the last event", stream(WHOLE), content=HELLO),
    Case("no pieces, done items", stream(event("response.output_item.done", item=text("Hello")), completed()), content=HELLO),
    Case("pieces out of order", stream(LO, HEL, WHOLE), content=HELLO),
    Case("an end as OpenAI says it", stream(CREATED, HEL, LO, WHOLE, DONE), content=HELLO),
    Case("rubbish after the end", stream(HEL, LO, WHOLE, b"data: rubbish\n\n"), content=HELLO),
    Case("a second end", stream(HEL, LO, WHOLE, completed(text("Bye"))), content=HELLO),
    Case("silence after the end", stream(HEL, LO, WHOLE, Hang()), content=HELLO),
    Case("reset after the end", stream(HEL, LO, WHOLE, Reset()), content=HELLO),
    Case("no usage", stream(HEL, LO, completed(text("Hello"), usage=None)), content=HELLO, usage=None),
    Case("line ends of \\r\\n", [STREAM_HEAD, b"".join((CREATED, HEL, LO, WHOLE)).replace(b"\n", b"\r\n")], content=HELLO),
    Case("a byte at a time", [STREAM_HEAD, *(bytes([byte]) for byte in CREATED + HEL + LO + WHOLE)], content=HELLO),
    Case("an answer that is not streamed", said([text(HELLO)]), content=HELLO),
    Case("slow, but in time", [STREAM_HEAD, *slowly(CREATED, HEL, LO, WHOLE)], content=HELLO, limits=OVERALL),
    Case("a call", stream(BEGUN, delta('{"a": 1}', ARGUMENTS), completed(ADDS)), finish="tool_calls", calls=(ADD,)),
    Case("cut at the limit", stream(HEL, event("response.incomplete", response=response([text("Hel")], "incomplete", **LENGTH))), content="Hel", finish="length"),
    Case("a call cut at the limit", stream(BEGUN, event("response.incomplete", response=response([ADDS], "incomplete", **LENGTH))), finish="length", calls=(ADD,)),
    Case("filtered", stream(HEL, event("response.incomplete", response=response([text("Hel")], "incomplete", incomplete_details={"reason": "content_filter"}))), content="Hel", finish="content_filter"),
    Case("refused", stream(delta("I won't.", "response.refusal.delta"), completed(refused("I won't."))), content="I won't.", finish="refusal"),
    Case("a call that breaks off", stream(BEGUN, delta('{"a', ARGUMENTS)), IncompleteReply, ("ended before",)),
    Case("a call that is done, and no end", stream(BEGUN, event("response.output_item.done", item=ADDS)), IncompleteReply, ("ended before",)),
    Case("an end that is in progress", stream(HEL, event("response.completed", response=response([text("Hel")], "in_progress"))), IncompleteReply, ("in_progress",)),
    Case("empty", stream(), ModelUnavailable, ("before it began",)),
    bad("only the beginning", stream(CREATED), "without a reply"),
    bad("only DONE", stream(DONE), "without a reply"),
    bad("a page", http(hostility.HTML, headers=hostility.PLAIN), "without a reply", "<!doctype html>"),
    Case("cut", stream(CREATED, HEL, LO), IncompleteReply, ("ended before",)),
    Case("cut, and DONE", stream(CREATED, HEL, LO, DONE), IncompleteReply, ("ended before",)),
    Case("cut within a line", stream(CREATED, HEL, LO[:-30]), IncompleteReply, ("not JSON",)),
    Case("cut within the last event", stream(CREATED, HEL, WHOLE[:-30]), IncompleteReply, ("not JSON",)),
    Case("reset", stream(CREATED, HEL, Reset()), IncompleteReply),
    Case("reset before the first", stream(Reset()), ModelUnavailable),
    Case("failed", stream(CREATED, HEL, event("response.failed", response=response([], "failed", error={"code": "server_error", "message": "Oh"}))), IncompleteReply, ("Oh",)),
    Case("failed first", stream(event("response.failed", response=response([], "failed", error=SLOW))), RateLimited, ("slow",)),
    Case("failed without a response", stream(event("response.failed")), ModelUnavailable),
    Case("failed with text", stream(event("response.failed", response="x")), ModelUnavailable),
    Case("an error", stream(CREATED, HEL, event("error", code="server_error", message="Busy")), IncompleteReply, ("Busy",)),
    Case("an error first", stream(event("error", code="rate_limit_exceeded", message="slow")), RateLimited, ("slow",)),
    Case("an error in an object", stream(event("error", error={"message": "Busy"})), ModelUnavailable, ("Busy",)),
    Case("an error without a type", stream(b'data: {"error": {"message": "Busy"}}\n\n'), ModelUnavailable, ("Busy",)),
    Case("an error with the key", stream(HEL, event("error", message=KEY)), IncompleteReply, ("[key hidden]",)),
    Case("a bad line", stream(CREATED, HEL, b"data: rubbish\n\n", WHOLE), IncompleteReply, ("not JSON",)),
    bad("a bad line first", stream(b"data: rubbish\n\n"), "not JSON", "rubbish"),
    bad("an event of a list", stream(b"data: []\n\n"), "no object"),
    bad("an event of null", stream(b"data: null\n\n"), "no object"),
    bad("an event without a type", stream(b"data: {}\n\n"), "without a type"),
    bad("an event of another type", stream(b'data: {"type": 1}\n\n'), "without a type"),
    bad("an end of text", stream(event("response.completed", response="x")), "no object but str"),
    bad("an end without a response", stream(event("response.completed")), "no object but NoneType"),
    bad("an item of text", stream(event("response.output_item.done", item="x")), "no object but str"),
    bad("a piece that is a number", stream(delta(7)), "no text but int"),
    bad("a piece of null", stream(delta(None)), "no text but NoneType"),
    Case("a piece that is an object", stream(HEL, delta({"text": "lo"})), IncompleteReply, ("no text but dict",)),
    bad("NaN", stream(b'data: {"type": NaN}\n\n'), "NaN"),
    bad("bad UTF-8", stream(b'data: {"type": "\xff"}\n\n'), "not UTF-8"),
    bad("deep nesting", stream(b"data: " + b"[" * 100_000 + b"\n\n"), "nested too deeply"),
    bad("a line without end", [STREAM_HEAD, b"data: ", ForEver(b"x" * 65_536)], "a line of more than"),
    Case("5 MB of text", stream(*[delta("x" * 50_000)] * 100, completed(text("x" * 5_000_000))), content="x" * 5_000_000),
    Case("silence", [Hang()], ModelTimeout, ("first-byte limit of 0.1 s",), limits=FIRST),
    Case("silence in the middle", stream(CREATED, HEL, Hang()), IncompleteReply, ("idle limit of 0.1 s",), limits=IDLE),
    keep_alives(STREAM_HEAD),
    Case("a drip of words", stream(CREATED, ForEver(LO, 0.02)), IncompleteReply, ("overall limit of 0.4 s",), limits=OVERALL),
]  # fmt: skip
