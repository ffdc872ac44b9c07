"""What comes of every answer that a server of Anthropic's protocol should not give."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
from tests.models.dialects import ANTHROPIC
from tests.models.hostility import FIRST, IDLE, KEY, OVERALL, Case, bad, body, check, keep_alives, named, slowly
from tests.servers.anthropic_server import (
    PING,
    STOP,
    USAGE,
    begin,
    delta,
    end,
    event,
    message,
    reason,
    refusal,
    start,
    stream,
    text,
    use,
)
from tests.servers.openai_server import DONE, STREAM_HEAD, ForEver, Hang, Reset, http

pytestmark = pytest.mark.usefixtures("one_loop")


def said(content: object, stop_reason: object = "end_turn", **fields: Any) -> bytes:
    return body(message(content, stop_reason, **fields))


ADD = ("add", '{"a": 1}')

STATUSES = [
    Case("400", refusal(400, "invalid_request_error", "temperature: bad"), ModelRejected, ("temperature: bad", "HTTP 400")),
    Case("401", refusal(401, "authentication_error", f"invalid x-api-key {KEY}"), NotAuthorised, ("api_key", "[key hidden]")),
    Case("402", refusal(402, "billing_error"), QuotaExhausted, ("empty",)),
    Case("403", refusal(403, "permission_error", "Not your model"), NotAuthorised, ("Not your model",)),
    Case("404", refusal(404, "not_found_error", "model: stub"), ModelRejected, ("model: stub",)),
    Case("413", refusal(413, "request_too_large", "Request exceeds 32 MB"), ModelRejected, ("32 MB",)),
    Case("429", refusal(429, "rate_limit_error", "Slow down"), RateLimited, ("Slow down",)),
    Case("500", refusal(500, "api_error", "Oh"), ModelUnavailable, ("Oh",)),
    Case("504", refusal(504, "timeout_error"), ModelUnavailable, ("HTTP 504",)),
    Case("529", refusal(529, "overloaded_error", "Overloaded"), ModelUnavailable, ("Overloaded",)),
    Case("an empty account as 400", refusal(400, "invalid_request_error", "Your credit balance is too low"), QuotaExhausted),
    Case("a spending limit as 400", refusal(400, "invalid_request_error", "You have reached your specified API usage limits reached"), QuotaExhausted),
    Case("a long prompt", refusal(400, "invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"), ContextTooLong),
    Case("an error of no type", http(b'{"type": "error", "error": {"message": "Oh"}}', 400), ModelRejected, ("Oh",)),
    Case("an error of a number", http(b'{"type": "error", "error": 3}', 400), ModelRejected, ("3",)),
]  # fmt: skip

BODIES = [
    bad("no content", body({**message([]), "content": None} | {"content": "x"}), "no list but str"),
    bad("content left out", body({"type": "message", "role": "assistant"}), "no content"),
    bad("content as an object", said({"type": "text"}), "no list but dict"),
    bad("content of null", said([None]), "no object but NoneType"),
    bad("content of text", said(["hello"]), "no object but str"),
    bad("a block without a type", said([{"text": "x"}]), "without a type"),
    bad("a block of a number as type", said([{"type": 7}]), "without a type"),
    bad("text that is a number", said([{"type": "text", "text": 7}]), "no text but int"),
    bad("text that is a list", said([{"type": "text", "text": ["x"]}]), "no text but list"),
    bad("thinking that is a number", said([{"type": "thinking", "thinking": 7}]), "no text but int"),
    Case("null content", said(None), content=""),
    Case("empty content", said([]), content=""),
    Case("empty text", said([text("")]), content=""),
    Case("null text", said([text(None)]), content=""),
    Case("two texts", said([text("Hel"), text("lo")]), content="Hello"),
    Case("an unknown block", said([{"type": "hologram", "data": 1}, text("Hi")]), content="Hi"),
    Case("a wrong role", said([text("Hi")], role="user"), content="Hi"),
    Case("another type of object", said([text("Hi")], type="completion"), content="Hi"),
    Case("an unknown reason", said([text("Hi")], "because"), content="Hi", finish="unknown"),
    Case("a reason of another type", said([text("Hi")], {"a": 1}), content="Hi", finish="unknown"),
    Case("no reason", said([text("Hi")], None), content="Hi", finish="unknown"),
    Case("a turn that was paused", said([text("Hi")], "pause_turn"), content="Hi", finish="unknown"),
    Case("cut at the limit", said([text("Hi")], "max_tokens"), content="Hi", finish="length"),
    Case("out of context", said([text("Hi")], "model_context_window_exceeded"), content="Hi", finish="length"),
    Case("refused with an explanation", said([], "refusal", stop_details={"explanation": "Not this."}), content="Not this.", finish="refusal"),
    Case("refused with odd details", said([], "refusal", stop_details="x"), content="", finish="refusal"),
    Case("no usage", said([text("Hi")], usage=None), content="Hi", usage=None),
    Case("usage of text", said([text("Hi")], usage="many"), content="Hi", usage=None),
    Case("usage without counts", said([text("Hi")], usage={}), content="Hi", usage=None),
    Case("negative usage", said([text("Hi")], usage={**USAGE, "input_tokens": -1}), content="Hi", usage=None),
    Case("absurd usage", said([text("Hi")], usage={**USAGE, "output_tokens": 10**30}), content="Hi", usage=None),
    Case("boolean usage", said([text("Hi")], usage={**USAGE, "input_tokens": True}), content="Hi", usage=None),
    Case("odd details of usage", said([text("Hi")], usage={**USAGE, "output_tokens_details": [1]}), content="Hi"),
    Case("a model of another type", said([text("Hi")], model=7), content="Hi"),
    Case("a call", said([use(a=1)], "tool_use"), finish="tool_calls", calls=(ADD,)),
    Case("a call and the wrong reason", said([use(a=1)]), finish="tool_calls", calls=(ADD,)),
    Case("calls announced, none there", said([text("Hi")], "tool_use"), content="Hi"),
    Case("a call without an id", said([use(call_id=None, a=1)], "tool_use"), finish="tool_calls", calls=(ADD,)),
    Case("a call with an id of a number", said([use(call_id=7, a=1)], "tool_use"), finish="tool_calls", calls=(ADD,)),
    Case("two calls of one id", said([use(a=1), use(a=1)], "tool_use"), finish="tool_calls", calls=(ADD, ADD)),
    Case("a call without a name", said([use(name=None)], "tool_use"), finish="tool_calls", calls=(("", "{}"),)),
    Case("arguments as text", said([{**use(), "input": '{"a": 1}'}], "tool_use"), finish="tool_calls", calls=(ADD,)),
    Case("arguments as a list", said([{**use(), "input": [1]}], "tool_use"), finish="tool_calls", calls=(("add", "[1]"),)),
    Case("arguments of null", said([{**use(), "input": None}], "tool_use"), finish="tool_calls", calls=(("add", "{}"),)),
    Case("a call that was cut", said([use(a=1)], "max_tokens"), finish="length", calls=(ADD,)),
    Case("5 MB of text", said([text("word " * 1_000_000)]), content="word " * 1_000_000),
    bad("17 MB of text", said([text("x" * 17_000_000)]), "cap of 16777216 bytes"),
    Case("NUL and escapes", said([text("a\x00b\x1b[2J\u202e")]), content="a\x00b\x1b[2J\u202e"),
    Case("lone surrogates", body(json.dumps(message([text("a\ud800b")])).encode()), content="a\ud800b"),
    Case("a byte-order mark", body(b"\xef\xbb\xbf" + json.dumps(message([text("Hi")])).encode()), content="Hi"),
]  # fmt: skip

OPEN = (start(), begin(text("")))
HEL, LO = delta("Hel"), delta("lo")
CLOSE = (end(), reason(), STOP)
HELLO = "Hello"
JSON_DELTA = {"type": "input_json_delta", "partial_json": '{"a": 1}'}
CALL = (start(), begin({**use(), "input": {}}), delta(JSON_DELTA), end(), reason("tool_use"), STOP)

STREAMS = [
    Case("a good one", stream(*OPEN, HEL, LO, *CLOSE), content=HELLO),
    Case("pings", stream(PING, *OPEN, PING, HEL, PING, LO, *CLOSE, PING), content=HELLO),
    Case("unknown events", stream(event("new_thing", a=1), *OPEN, HEL, LO, event("another"), *CLOSE), content=HELLO),
    Case("unknown deltas", stream(*OPEN, delta({"type": "scent_delta"}), HEL, LO, *CLOSE), content=HELLO),
    Case("text in the first event", stream(start(), begin(text("Hel")), LO, *CLOSE), content=HELLO),
    Case("no message_start", stream(begin(text("")), HEL, LO, *CLOSE), content=HELLO, usage=None),
    Case("no message_stop", stream(*OPEN, HEL, LO, end(), reason()), content=HELLO),
    Case("no end of the block", stream(*OPEN, HEL, LO, reason(), STOP), content=HELLO),
    Case("a stop without a reason", stream(*OPEN, HEL, LO, end(), STOP), content=HELLO, usage=(10, 1), finish="unknown"),
    Case("reset after the reason", stream(*OPEN, HEL, LO, end(), reason(), Reset()), content=HELLO),
    Case("silence after the end", stream(*OPEN, HEL, LO, *CLOSE, Hang()), content=HELLO),
    Case("rubbish after the end", stream(*OPEN, HEL, LO, *CLOSE, b"data: rubbish\n\n"), content=HELLO),
    Case("an end as OpenAI says it", stream(*OPEN, HEL, LO, end(), reason(), DONE), content=HELLO),
    Case("blocks out of order", stream(start(), begin(text("lo"), 1), begin(text("Hel"), 0), end(0), end(1), *CLOSE[1:]), content=HELLO),
    Case("usage in the last event only", stream(start(usage=None), begin(text(HELLO)), end(), reason("end_turn", USAGE), STOP), content=HELLO),
    Case("usage of text", stream(start(usage="many"), begin(text(HELLO)), end(), reason("end_turn", "x"), STOP), content=HELLO, usage=None),
    Case("line ends of \\r\\n", [STREAM_HEAD, b"".join((*OPEN, HEL, LO, *CLOSE)).replace(b"\n", b"\r\n")], content=HELLO),
    Case("a byte at a time", [STREAM_HEAD, *(bytes([byte]) for byte in b"".join((*OPEN, HEL, LO, *CLOSE)))], content=HELLO),
    Case("an answer that is not streamed", said([text(HELLO)]), content=HELLO),
    Case("slow, but in time", [STREAM_HEAD, *slowly(*OPEN, HEL, LO, *CLOSE)], content=HELLO, limits=OVERALL),
    Case("a call", stream(*CALL), finish="tool_calls", calls=(ADD,)),
    Case("a call whose input comes at once", stream(start(), begin(use(a=1)), end(), reason("tool_use"), STOP), finish="tool_calls", calls=(ADD,)),
    Case("arguments that are no JSON", stream(*CALL[:2], delta({**JSON_DELTA, "partial_json": "{a:"}), *CALL[3:]), finish="tool_calls", calls=(("add", "{a:"),)),
    Case("a call cut at the limit", stream(*CALL[:2], delta({**JSON_DELTA, "partial_json": '{"a'}), reason("max_tokens"), STOP), finish="length", calls=(("add", '{"a'),)),
    Case("cut at the limit", stream(*OPEN, HEL, LO, end(), reason("max_tokens"), STOP), content=HELLO, finish="length"),
    Case("refused", stream(*OPEN, HEL, LO, end(), reason("refusal"), STOP), content=HELLO, finish="refusal"),
    Case("only a stop", stream(start(), reason(), STOP), content=""),
    Case("a call without its end", stream(*CALL[:3], reason("tool_use"), STOP), IncompleteReply, ("without its end",)),
    Case("a call that breaks off", stream(*CALL[:3]), IncompleteReply, ("ended before",)),
    Case("empty", stream(), ModelUnavailable, ("before it began",)),
    bad("only the beginning", stream(start()), "without a reply"),
    bad("a page", http(hostility.HTML, headers=hostility.PLAIN), "without a reply", "<!doctype html>"),
    Case("cut", stream(*OPEN, HEL, LO), IncompleteReply, ("ended before",)),
    Case("cut after the block", stream(*OPEN, HEL, LO, end()), IncompleteReply, ("ended before",)),
    Case("cut within a line", stream(*OPEN, HEL, LO[:-30]), IncompleteReply, ("not JSON",)),
    Case("reset", stream(*OPEN, HEL, Reset()), IncompleteReply),
    Case("reset before the first", stream(Reset()), ModelUnavailable),
    Case("an error", stream(*OPEN, HEL, event("error", error={"type": "overloaded_error", "message": "Busy"})), IncompleteReply, ("Busy",)),
    Case("an error first", stream(event("error", error={"type": "overloaded_error", "message": "Busy"})), ModelUnavailable, ("Busy", "529")),
    Case("a rate limit first", stream(event("error", error={"type": "rate_limit_error", "message": "slow"})), RateLimited, ("slow",)),
    Case("a refused key first", stream(event("error", error={"type": "authentication_error"})), NotAuthorised),
    Case("an error of nothing", stream(event("error")), ModelUnavailable),
    Case("an error with the key", stream(*OPEN, HEL, event("error", error={"message": KEY})), IncompleteReply, ("[key hidden]",)),
    Case("a bad line", stream(*OPEN, HEL, b"data: rubbish\n\n", LO, *CLOSE), IncompleteReply, ("not JSON",)),
    bad("a bad line first", stream(b"data: rubbish\n\n"), "not JSON", "rubbish"),
    bad("an event of a list", stream(b"data: []\n\n"), "no object"),
    bad("an event of null", stream(b"data: null\n\n"), "no object"),
    bad("an event without a type", stream(b"data: {}\n\n"), "without a type"),
    bad("an event of another type", stream(b'data: {"type": 1}\n\n'), "without a type"),
    bad("a message of text", stream(event("message_start", message="x")), "no object but str"),
    bad("a block of text", stream(start(), begin("x")), "no object but str"),
    bad("a block without an index", stream(start(), begin(text(""), None)), "the block None"),
    bad("a piece of a block that has not begun", stream(start(), delta("x", 3)), "block 3"),
    Case("a piece of a block that has ended", stream(*OPEN, HEL, end(), LO, *CLOSE), IncompleteReply, ("not open",)),
    Case("a block begun twice", stream(*OPEN, HEL, begin(text("")), *CLOSE), IncompleteReply, ("block 0 twice",)),
    Case("text that is a number", stream(*OPEN, HEL, delta({"type": "text_delta", "text": 7})), IncompleteReply, ("no text but int",)),
    Case("arguments as an object", stream(*CALL[:2], delta({**JSON_DELTA, "partial_json": {}})), IncompleteReply, ("no text but dict",)),
    Case("a signature of null", stream(start(), begin({"type": "thinking", "thinking": "", "signature": ""}), delta({"type": "signature_delta", "signature": None}), end(), begin(text("Hello"), 1), end(1), reason(), STOP), content=HELLO),
    bad("NaN", stream(b'data: {"type": NaN}\n\n'), "NaN"),
    bad("deep nesting", stream(b"data: " + b"[" * 100_000 + b"\n\n"), "nested too deeply"),
    bad("a line without end", [STREAM_HEAD, b"data: ", ForEver(b"x" * 65_536)], "a line of more than"),
    Case("5 MB of text", stream(*OPEN, *[delta("x" * 50_000)] * 100, *CLOSE), content="x" * 5_000_000),
    Case("silence", [Hang()], ModelTimeout, ("first-byte limit of 0.1 s",), limits=FIRST),
    Case("silence in the middle", stream(*OPEN, HEL, Hang()), IncompleteReply, ("idle limit of 0.1 s",), limits=IDLE),
    keep_alives(STREAM_HEAD),
    Case("pings for ever", stream(ForEver(PING, 0.02)), ModelTimeout, ("overall limit",), limits=OVERALL),
    Case("a drip of words", stream(*OPEN, ForEver(LO, 0.02)), IncompleteReply, ("overall limit of 0.4 s",), limits=OVERALL),
]  # fmt: skip


@pytest.mark.parametrize("case", named([*hostility.STATUSES, *STATUSES]))
async def test_a_status_other_than_200_is_an_error_of_ours(case: Case) -> None:
    await check(ANTHROPIC, case, streams=False)


@pytest.mark.parametrize("case", named([*hostility.BODIES, *BODIES]))
async def test_a_body_that_is_wrong_is_told_or_tolerated(case: Case) -> None:
    await check(ANTHROPIC, case, streams=False)


@pytest.mark.parametrize("case", named(hostility.WIRE))
async def test_broken_transport_is_told_within_its_limit(case: Case) -> None:
    await check(ANTHROPIC, case, streams=False)


@pytest.mark.parametrize("case", named(STREAMS))
async def test_a_stream_that_is_wrong_is_never_an_answer(case: Case) -> None:
    await check(ANTHROPIC, case, streams=True)
