"""What comes of every answer that a server should not give: table M of the fault table, case by case."""

from __future__ import annotations

import gzip
import json
import time
import traceback
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from autogen.errors import (
    BadReply,
    ContextTooLong,
    IncompleteReply,
    ModelError,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    NotAuthorised,
    QuotaExhausted,
    RateLimited,
)
from autogen.models.client import ModelReply
from tests.models.asking import KEY, ask
from tests.servers.openai_server import (
    DONE,
    STREAM_HEAD,
    Answer,
    ForEver,
    Hang,
    OpenAIServer,
    Pause,
    Reset,
    chunk,
    completion,
    event,
    http,
    status,
    stream,
)

BOUND_S = 20.0
FIRST, IDLE, OVERALL = (
    {"connect": 10, "first_byte": 10, "idle": 10, "overall": 20, **short}
    for short in ({"first_byte": 0.1}, {"idle": 0.1}, {"overall": 0.6})
)
TEXT = {"content-type": "text/plain"}


@dataclass(frozen=True)
class Case:
    """An answer and what must come of it: an error that says these words, or a reply with this content."""

    name: str
    answer: Answer
    outcome: type[ModelError] | str | None
    says: tuple[str, ...] = ()
    usage: tuple[int, int] | None = (10, 5)
    finish: str = "stop"
    limits: dict[str, float] | None = None


def body(data: object) -> bytes:
    return http(data if isinstance(data, bytes) else json.dumps(data).encode())


def said(message: object, finish_reason: object = "stop", **fields: Any) -> bytes:
    return body(completion(message, finish_reason, **fields))


def text(content: object) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def call(**more: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}, **more}


def later(count: object) -> dict[str, str]:
    return {"retry-after": str(count)}


@cache
def bomb() -> bytes:
    """Return 200 kB that unpack to 200 MB."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(b"0" * 1_000_000) for _ in range(200)) + packer.flush()


def packed(*layers: str, code: int = 200) -> Answer:
    """Return the bomb, packed again for each further layer; made when it is asked for."""

    def answer(_: object) -> bytes:
        data = bomb()
        for _layer in layers[1:]:
            data = gzip.compress(data)
        return http(data, code, {"content-encoding": ", ".join(layers)})

    return answer


HTML = b"<!doctype html><html><title>502</title>" + b"<p>sorry</p>" * 1000
LONG = "word " * 1_000_000
DATE = {"date": "Wed, 25 Nov 2026 10:00:00 GMT", "retry-after": "Wed, 25 Nov 2026 11:00:00 GMT"}

STATUSES = [
    Case("400", status(400, "Unsupported value"), ModelRejected, ("Unsupported value", "HTTP 400")),
    Case("401", status(401, f"Incorrect API key provided: {KEY}"), NotAuthorised, ("Incorrect API key", "api_key")),
    Case("401 that ends in a full stop", status(401, "No."), NotAuthorised, ("): No. Check 'api_key'.",)),
    Case("402", status(402), QuotaExhausted, ("empty",)),
    Case("403", status(403, "Country not supported"), NotAuthorised, ("Country not supported",)),
    Case("404", status(404, "The model does not exist"), ModelRejected, ("The model does not exist",)),
    Case("404 without words", http(b"", 404), ModelRejected, ("no words", "HTTP 404")),
    Case("408", status(408), ModelUnavailable, ("HTTP 408",)),
    Case("409", status(409), ModelUnavailable, ("HTTP 409",)),
    Case("413", status(413, "Too large"), ModelRejected, ("Too large",)),
    Case("422", http(b'{"detail": [{"loc": ["body"], "msg": "bad"}]}', 422), ModelRejected, ('"msg": "bad"',)),
    Case("429", status(429, "Slow down"), RateLimited, ("Slow down",)),
    Case("429 in a list", http(b'[{"error": {"message": "Slow down"}}]', 429), RateLimited, ("Slow down",)),
    Case("429 of an empty account", status(429, "x", code="insufficient_quota"), QuotaExhausted, ("empty",)),
    Case("500", status(500, "Oh"), ModelUnavailable, ("Oh", "HTTP 500")),
    Case("502 as a page", http(HTML, 502, {"content-type": "text/html"}), ModelUnavailable, ("<!doctype html>", "…")),
    Case("503", status(503), ModelUnavailable, ("HTTP 503",)),
    Case("504", status(504), ModelUnavailable, ("HTTP 504",)),
    Case("529", status(529, "Overloaded"), ModelUnavailable, ("Overloaded", "HTTP 529")),
    Case("599", http(b"\xff\xfe\x00", 599), ModelUnavailable, ("HTTP 599", "\\x00")),
    Case("999", http(b"no", 999), ModelUnavailable, ("HTTP 999",)),
    Case("context too long", status(400, "This model's maximum context length is 8192 tokens"), ContextTooLong),
    Case("context too long, by code", status(400, "x", code="context_length_exceeded"), ContextTooLong),
    Case("prompt too long", status(413, "prompt is too long: 9 > 8"), ContextTooLong),
    Case(
        "status with an endless body", [http(b"", 500, {"content-length": ""}), ForEver(b"x" * 9000)], ModelUnavailable
    ),
    Case("status with a packed bomb", packed("gzip", code=500), ModelUnavailable, ("0000",)),
    Case("status of numbers", http(b'{"error": 7}', 500), ModelUnavailable, ("7",)),
    Case("status that nests", http(b"[" * 100_000, 500), ModelUnavailable, ("[[[",)),
    Case("status that colours", status(400, "\x1b[31mred\u202e"), ModelRejected, ("\\x1b[31mred\\u202e",)),
    Case("status that echoes the header", status(400, f"Bearer {KEY} is odd"), ModelRejected, ("[key hidden] is odd",)),
    Case("204", http(b"", 204, {"content-length": ""}), BadReply, ("nothing at all",)),
    Case("redirect", http(b"", 307, {"location": "http://127.0.0.1:9/v1"}), ModelRejected, ("redirects", "base_url")),
    Case("redirect to nowhere", http(b"", 302), ModelRejected, ("nowhere",)),
]

BODIES = [
    Case("a page", http(HTML, headers={"content-type": "text/html"}), BadReply, ("not JSON", "<!doctype html>")),
    Case("nothing", body(b""), BadReply, ("nothing at all",)),
    Case("null", body(b"null"), BadReply, ("NoneType", "null")),
    Case("a list", body([]), BadReply, ("list",)),
    Case("text", body("hello"), BadReply, ("str",)),
    Case("a number", body(b"1"), BadReply, ("int",)),
    Case("an empty object", body({}), BadReply, ("no choices",)),
    Case("JSON cut short", body(said(text("Hi")).partition(b"\r\n\r\n")[2][:-9]), BadReply, ("not JSON",)),
    Case("two objects", body(b"{}{}"), BadReply, ("not JSON",)),
    Case("a byte-order mark", body(b"\xef\xbb\xbf" + json.dumps(completion(text("Hi"))).encode()), "Hi"),
    Case("bad UTF-8", body(b'{"choices": "\xff\xfe"}'), BadReply, ("not UTF-8",)),
    Case("UTF-16", body(json.dumps(completion(text("Hi"))).encode("utf-16")), BadReply, ("not UTF-8",)),
    Case("deep nesting", body(b'{"a":' * 100_000), BadReply, ("nested too deeply",)),
    Case("deep lists", body(b"[" * 1_000_000), BadReply, ("nested too deeply",)),
    Case("NaN", body(b'{"choices": NaN}'), BadReply, ("NaN",)),
    Case("infinity", body(b'{"choices": -Infinity}'), BadReply, ("-Infinity",)),
    Case("a giant integer", body(b'{"choices": ' + b"9" * 5000 + b"}"), BadReply, ("not JSON",)),
    Case(
        "an error with status 200", body({"error": {"message": "No luck", "code": 503}}), ModelUnavailable, ("No luck",)
    ),
    Case("an error in words", body({"error": "No luck"}), ModelUnavailable, ("No luck",)),
    Case(
        "an error with the key in it", body({"error": {"message": f"key {KEY}"}}), ModelUnavailable, ("[key hidden]",)
    ),
    Case("a rate limit with status 200", body({"error": {"type": "rate_limit_exceeded"}}), RateLimited),
    Case("a filter with status 200", body({"error": {"code": "content_filter", "message": "x"}}), ModelRejected),
    Case("the key outside JSON", body(f"hello {KEY}".encode()), BadReply, ("hello [key hidden]",)),
    Case("control characters", body(b"\x1b]0;title\x07"), BadReply, ("\\x1b]0;title\\x07",)),
    Case("no choices", said(text("x"), choices=[]), BadReply, ("no choices",)),
    Case("choices as an object", said(text("x"), choices={"0": {}}), BadReply, ("no choices",)),
    Case("choices of null", said(text("x"), choices=[None]), BadReply, ("without a message",)),
    Case("choices of text", said(text("x"), choices=["hello"]), BadReply, ("without a message",)),
    Case("a null message", said(None), BadReply, ("without a message",)),
    Case("a message of text", said("hello"), BadReply, ("without a message",)),
    Case("an empty message", said({}), None),
    Case("null content", said(text(None)), None),
    Case("empty content", said(text("")), ""),
    Case("content in parts", said(text([{"type": "text", "text": "a"}, "b", {"type": "x"}, 7])), "ab"),
    Case("content as a number", said(text(7)), BadReply, ("content that is no text but int",)),
    Case("content as an object", said(text({"text": "x"})), BadReply, ("content that is no text but dict",)),
    Case("a wrong role", said({"role": "user", "content": "Hi"}), "Hi"),
    Case("no role", said({"content": "Hi"}), "Hi"),
    Case("an unknown reason", said(text("Hi"), "because"), "Hi", finish="unknown"),
    Case("a reason of another type", said(text("Hi"), {"why": 1}), "Hi", finish="unknown"),
    Case("no reason", said(text("Hi"), None), "Hi", finish="unknown"),
    Case("cut at the limit", said(text("Hi"), "length"), "Hi", finish="length"),
    Case("filtered", said(text("Hi"), "content_filter"), "Hi", finish="content_filter"),
    Case("refused", said({**text(None), "refusal": "I will not."}), "I will not.", finish="refusal"),
    Case("calls announced, none there", said(text("Hi"), "tool_calls"), "Hi"),
    Case("calls as text", said({**text("Hi"), "tool_calls": "add"}), BadReply, ("no list but str",)),
    Case("calls of null", said({**text("Hi"), "tool_calls": [None]}), BadReply, ("no object but NoneType",)),
    Case("a call of another kind", said({**text(None), "tool_calls": [call(type="web")]}), BadReply, ("type 'web'",)),
    Case("a call of nothing", said({**text(None), "tool_calls": [{"id": "c"}]}), BadReply, ("without a function",)),
    Case("no usage", said(text("Hi"), usage=None), "Hi", usage=None),
    Case("usage of text", said(text("Hi"), usage="many"), "Hi", usage=None),
    Case("usage without counts", said(text("Hi"), usage={"total_tokens": 5}), "Hi", usage=None),
    Case("negative usage", said(text("Hi"), usage={"prompt_tokens": -1, "completion_tokens": 5}), "Hi", usage=None),
    Case("absurd usage", said(text("Hi"), usage={"prompt_tokens": 10**30, "completion_tokens": 5}), "Hi", usage=None),
    Case("boolean usage", said(text("Hi"), usage={"prompt_tokens": True, "completion_tokens": 5}), "Hi", usage=None),
    Case("a model of another type", said(text("Hi"), model=7), "Hi"),
    Case("5 MB of text", said(text(LONG)), LONG),
    Case("17 MB of text", said(text("x" * 17_000_000)), BadReply, ("cap of 16777216 bytes",)),
    Case("NUL", said(text("a\x00b")), "a\x00b"),
    Case("lone surrogates", body(json.dumps(completion(text("a\ud800b"))).encode()), "a\ud800b"),
    Case("escape sequences", said(text("\x1b[2J\u202e")), "\x1b[2J\u202e"),
]

WIRE = [
    Case("reset at once", [Reset()], ModelUnavailable, ("broke",)),
    Case("closed at once", [b""], ModelUnavailable, ("broke",)),
    Case("reset within the head", [b"HTTP/1.1 200 OK\r\ncontent-", Reset()], ModelUnavailable, ("broke",)),
    Case("reset within the body", [said(text("Hi"))[:-20], Reset()], ModelUnavailable, ("broke",)),
    Case("body shorter than said", [http(b'{"a"', headers={"content-length": "999"})], ModelUnavailable, ("broke",)),
    Case("body longer than said", [http(b"{}  " * 9, headers={"content-length": "2"})], BadReply),
    Case("a length that is no number", [http(b"{}", headers={"content-length": "two"})], BadReply, ("HTTP",)),
    Case("not HTTP", [b"SSH-2.0-OpenSSH_9.2\r\n"], BadReply, ("HTTP",)),
    Case("bad chunks", [http(b"zz\r\n{}\r\n", headers={"content-length": "", "transfer-encoding": "chunked"})], BadReply),
    Case("a head without end", [b"HTTP/1.1 200 OK\r\n", ForEver(b"x-more: 1\r\n" * 500)], BadReply, ("HTTP",)),
    Case("a head line without end", [b"HTTP/1.1 200 OK\r\nx: ", ForEver(b"y" * 9000)], BadReply, ("HTTP",)),
    Case("bad compression", http(b"not gzip", headers={"content-encoding": "gzip"}), BadReply),
    Case("cut compression", http(gzip.compress(b'{"a": 1}')[:-12], headers={"content-encoding": "gzip"}), BadReply),
    Case("unknown compression", http(b"xyz", headers={"content-encoding": "odd"}), BadReply, ("not JSON",)),
    Case("a packed bomb", packed("gzip"), BadReply, ("cap of 16777216 bytes",)),
    Case("a bomb in a bomb", packed("gzip", "gzip"), BadReply, ("cap of",)),
    Case("a body without end", [http(b"", headers={"content-length": ""}), ForEver(b" " * 65_536)], BadReply, ("cap of",)),
    Case("silence", [Hang()], ModelTimeout, ("first-byte limit of 0.1 s",), limits=FIRST),
    Case("silence after the head", [http(b"", headers={"content-length": "9"}), Hang()], ModelTimeout, ("idle limit",),
         limits=IDLE),
    Case("silence in the body", [said(text("Hi"))[:-9], Hang()], ModelTimeout, ("idle limit of 0.1 s",), limits=IDLE),
    Case("a drip", [http(b"", headers={"content-length": "9999"}), ForEver(b" ", 0.02)], ModelTimeout,
         ("overall limit of 0.6 s",), limits=OVERALL),
    Case("a drip in a status", [http(b"", 500, {"content-length": "9999"}), ForEver(b" ", 0.02)], ModelTimeout,
         ("limit of",), limits=OVERALL),
]  # fmt: skip

HEL, LO = chunk(text("Hel")), chunk({"content": "lo"})
END = chunk({}, "stop")
COUNTED = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}

STREAMS = [
    Case("a good one", stream(HEL, LO, END, COUNTED, DONE), "Hello"),
    Case("no DONE", stream(HEL, LO, END, COUNTED), "Hello"),
    Case("no usage", stream(HEL, LO, END, DONE), "Hello", usage=None),
    Case("usage with the last piece", stream(HEL, LO, {**END, "usage": COUNTED["usage"]}, DONE), "Hello"),
    Case("usage with each piece", stream({**HEL, "usage": {"prompt_tokens": 1, "completion_tokens": 1}},
                                         {**LO, "usage": COUNTED["usage"]}, END, DONE), "Hello"),
    Case("no reason but DONE", stream(HEL, LO, COUNTED, DONE), "Hello", finish="unknown"),
    Case("reset after the reason", stream(HEL, LO, END, Reset()), "Hello", usage=None),
    Case("line ends of \\r\\n", [STREAM_HEAD, b"".join(map(event, (HEL, LO, END))).replace(b"\n", b"\r\n")], "Hello", usage=None),
    Case("line ends of \\r", [STREAM_HEAD, b"".join(map(event, (HEL, LO, END))).replace(b"\n", b"\r")], "Hello", usage=None),
    Case("comments and other fields", stream(b": hi\n\n", b"event: x\nid: 1\nretry: 5\n", HEL, LO, END, DONE), "Hello", usage=None),
    Case("no space after the colon", [STREAM_HEAD, event(HEL).replace(b": {", b":{", 1), event(LO), event(END)], "Hello", usage=None),
    Case("a byte at a time", [STREAM_HEAD, *(bytes([byte]) for byte in event(HEL) + event(LO) + event(END))], "Hello", usage=None),
    Case("another answer besides", stream(HEL, {"choices": [{"index": 1, "delta": text("Bye")}]}, LO, END), "Hello", usage=None),
    Case("events after DONE", stream(HEL, LO, END, DONE, "rubbish", chunk(text("!"))), "Hello", usage=None),
    Case("lines that never end after DONE", stream(HEL, LO, END, DONE, ForEver(b": hi\n\n", 0.01)), "Hello", usage=None),
    Case("nothing after DONE", stream(HEL, LO, END, DONE, Hang()), "Hello", usage=None),
    Case("an answer that is not streamed", said(text("Hello")), "Hello"),
    Case("a delta of null", stream({"choices": [{"index": 0, "delta": None}]}, HEL, LO, END), "Hello", usage=None),
    Case("empty", stream(), ModelUnavailable, ("before it began",)),
    Case("only DONE", stream(DONE), "", usage=None, finish="unknown"),
    Case("only a reason", stream(END, DONE), "", usage=None),
    Case("a page", http(HTML, headers={"content-type": "text/html"}), BadReply, ("without a reply", "<!doctype html>")),
    Case("cut", stream(HEL, LO), IncompleteReply, ("ended before the reply did",)),
    Case("cut within a line", stream(HEL, event(LO)[:-30]), IncompleteReply, ("not JSON",)),
    Case("reset", stream(HEL, LO, Reset()), IncompleteReply),
    Case("reset before the first", stream(Reset()), ModelUnavailable),
    Case("an error event", stream(HEL, {"error": {"message": "Overloaded", "code": 529}}), IncompleteReply, ("Overloaded",)),
    Case("an error event with the key", stream(HEL, {"error": {"message": KEY}}), IncompleteReply, ("[key hidden]",)),
    Case("an error event first", stream({"error": {"message": "Overloaded"}}), ModelUnavailable, ("Overloaded",)),
    Case("a rate limit first", stream({"error": {"type": "rate_limit", "message": "slow"}}), RateLimited, ("slow",)),
    Case("a bad line", stream(HEL, "rubbish", LO, END), IncompleteReply, ("not JSON",)),
    Case("a bad line first", stream("rubbish"), BadReply, ("not JSON", "rubbish")),
    Case("an event of a list", stream("[]"), BadReply, ("no object",)),
    Case("an event of null", stream("null"), BadReply, ("no object",)),
    Case("choices of text", stream({"choices": ["x"]}), BadReply, ("no list of objects",)),
    Case("choices as an object", stream({"choices": {"0": 1}}), BadReply, ("no list of objects",)),
    Case("a delta of text", stream({"choices": [{"index": 0, "delta": "x"}]}), BadReply, ("no object but str",)),
    Case("content as a number", stream(chunk({"content": 7})), BadReply, ("no text but int",)),
    Case("calls of text", stream(chunk({"tool_calls": ["x"]})), BadReply, ("no object",)),
    Case("a call of another kind", stream(chunk({"tool_calls": [{"index": 0, "type": "web"}]}), END), BadReply, ("'web'",)),
    Case("NaN", stream('{"choices": [NaN]}'), BadReply, ("NaN",)),
    Case("bad UTF-8", stream(b'data: {"choices": "\xff"}\n\n'), BadReply, ("not UTF-8",)),
    Case("deep nesting", stream("[" * 100_000), BadReply, ("nested too deeply",)),
    Case("a line without end", [STREAM_HEAD, b"data: ", ForEver(b"x" * 65_536)], BadReply, ("a line of more than",)),
    Case("cut at the limit", stream(HEL, LO, chunk({}, "length"), DONE), "Hello", usage=None, finish="length"),
    Case("refused", stream(chunk({"refusal": "I "}), chunk({"refusal": "won't."}), END), "I won't.", usage=None,
         finish="refusal"),
    Case("5 MB of text", stream(*[chunk(text("x" * 50_000))] * 100, END), "x" * 5_000_000, usage=None),
    Case("silence", [Hang()], ModelTimeout, ("first-byte limit of 0.1 s",), limits=FIRST),
    Case("silence in the middle", stream(HEL, LO, Hang()), IncompleteReply, ("idle limit of 0.1 s",), limits=IDLE),
    Case("keep-alives for ever", stream(ForEver(b": keep-alive\n\n", 0.02)), ModelTimeout, ("overall limit of 0.6 s",),
         limits=OVERALL),
    Case("a drip of words", stream(HEL, ForEver(event(LO), 0.02)), IncompleteReply, ("overall limit of 0.6 s",), limits=OVERALL),
    Case("slow, but in time", stream(HEL, Pause(0.05), LO, Pause(0.05), END), "Hello", usage=None, limits=OVERALL),
]  # fmt: skip


def named(cases: list[Case]) -> list[Any]:
    assert len({case.name for case in cases}) == len(cases), "two cases of one name"
    return [pytest.param(case, id=case.name.replace(" ", "-")) for case in cases]


async def outcome_of(case: Case, *, streams: bool) -> ModelReply | ModelError:
    entry = {"timeout": case.limits} if case.limits else {}
    with OpenAIServer(case.answer) as server:
        try:
            return await ask(server.url, heard=[] if streams else None, **entry)
        except ModelError as error:
            return error


async def check(case: Case, *, streams: bool) -> None:
    """Ask the server of a case, and hold what comes against its outcome."""
    began = time.monotonic()
    outcome = await outcome_of(case, streams=streams)
    assert time.monotonic() - began < BOUND_S
    if isinstance(outcome, ModelError):
        assert type(outcome) is case.outcome, repr(outcome)
        check_words(case, outcome)
        return
    counted = outcome.usage and (outcome.usage.input_tokens, outcome.usage.output_tokens)
    assert (outcome.message.get("content"), outcome.finish_reason, counted) == (case.outcome, case.finish, case.usage)


def check_words(case: Case, error: ModelError) -> None:
    """Say what an error's words lack: where it was, what the table wants, no secret, nothing of an SDK."""
    words = str(error)
    assert "stub at 127.0.0.1:" in words
    assert [wanted for wanted in case.says if wanted not in words] == [], words
    assert len(words) < 600
    assert words.isprintable(), repr(words)
    assert error.model == "stub"
    story = "".join(traceback.format_exception(error))
    assert KEY not in story + repr(error) + repr(vars(error))
    assert "openai." not in story, "the SDK's own error is part of the story"


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", named(STATUSES))
async def test_a_status_other_than_200_is_an_error_of_ours(case: Case, streams: bool) -> None:
    await check(case, streams=streams)


@pytest.mark.parametrize("case", named(BODIES))
async def test_a_body_that_is_wrong_is_told_or_tolerated(case: Case) -> None:
    await check(case, streams=False)


@pytest.mark.parametrize("case", named(WIRE))
async def test_broken_transport_is_told_within_its_limit(case: Case) -> None:
    await check(case, streams=False)


@pytest.mark.parametrize("case", named(STREAMS))
async def test_a_stream_that_is_wrong_is_never_an_answer(case: Case) -> None:
    await check(case, streams=True)
