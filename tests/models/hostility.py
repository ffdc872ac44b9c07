"""Answers that no server should give, and what must come of each: shared by the protocols of all adapters."""

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

from autogen.errors import BadReply, ModelError, ModelRejected, ModelTimeout, ModelUnavailable
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.exchange.sdk import load_sdk
from autogen.models.factory import model_from_config
from tests.models.dialects import Dialect
from tests.servers.openai_server import Answer, ForEver, Hang, Pause, Reset, http

KEY = "sk-planted-0123456789abcdef"
SDKS = {"anthropic": "anthropic", "google": "google.genai"}
BOUND_S = 20.0
FIRST, IDLE, OVERALL = (
    {"connect": 10, "first_byte": 10, "idle": 10, "overall": 20, **short}
    for short in ({"first_byte": 0.1}, {"idle": 0.1}, {"overall": 0.4})
)
HTML = b"<!doctype html><html><title>502</title>" + b"<p>sorry</p>" * 1000
PLAIN = {"content-type": "text/html"}
COUNTED = (10, 5)
NO_LENGTH = {"content-length": ""}


@dataclass(frozen=True)
class Case:
    """An answer and what must come of it: an error that says these words, or a reply.

    Args:
        content: of the message, unless `error` is given.
        calls: names and arguments.
    """

    name: str
    answer: Answer
    error: type[ModelError] | None = None
    says: tuple[str, ...] = ()
    content: str | None = None
    finish: str = "stop"
    usage: tuple[int, int] | None = COUNTED
    calls: tuple[tuple[str, str], ...] = ()
    limits: dict[str, float] | None = None


def bad(name: str, answer: Answer, *says: str, limits: dict[str, float] | None = None) -> Case:
    """Return the case of an answer that the protocol does not allow."""
    return Case(name, answer, BadReply, says, limits=limits)


def body(data: object) -> bytes:
    """Return an answer with JSON, or bytes, as its body."""
    return http(data if isinstance(data, bytes) else json.dumps(data).encode())


@cache
def _bomb() -> bytes:
    """Return 200 kB that unpack to 200 MB."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(b"0" * 1_000_000) for _ in range(200)) + packer.flush()


def packed(*layers: str, code: int = 200) -> Answer:
    """Return the bomb, packed again for each further layer; made when it is asked for."""

    def answer(_: object) -> bytes:
        data = _bomb()
        for _layer in layers[1:]:
            data = gzip.compress(data)
        return http(data, code, {"content-encoding": ", ".join(layers)})

    return answer


STATUSES = [
    Case("404 without words", http(b"", 404), ModelRejected, ("no words", "HTTP 404")),
    Case("408", http(b"{}", 408), ModelUnavailable, ("HTTP 408",)),
    Case("409", http(b"{}", 409), ModelUnavailable, ("HTTP 409",)),
    Case("422 of another kind", http(b'{"detail": [{"msg": "bad"}]}', 422), ModelRejected, ('"msg": "bad"',)),
    Case("502 as a page", http(HTML, 502, PLAIN), ModelUnavailable, ("<!doctype html>", "…")),
    Case("599 in bytes", http(b"\xff\xfe\x00", 599), ModelUnavailable, ("HTTP 599", "\\x00")),
    Case("999", http(b"no", 999), ModelUnavailable, ("HTTP 999",)),
    Case("500 without end", [http(b"", 500, NO_LENGTH), ForEver(b"x" * 9000)], ModelUnavailable),
    Case("500 with a packed bomb", packed("gzip", code=500), ModelUnavailable, ("0000",)),
    Case("500 of a number", http(b'{"error": 7}', 500), ModelUnavailable, ("7",)),
    Case("500 of null", http(b'{"error": null}', 500), ModelUnavailable),
    Case("500 of a list", http(b'[{"error": {"message": "Oh"}}]', 500), ModelUnavailable, ("Oh",)),
    Case("500 that nests", http(b"[" * 100_000, 500), ModelUnavailable, ("[[[",)),
    Case("400 that colours", http(b'{"error": {"message": "\\u001b[31mred\\u202e"}}', 400), ModelRejected, ("\\x1b[31mred",)),
    Case("400 that echoes the key", http(f"Bearer {KEY} is odd".encode(), 400), ModelRejected, ("[key hidden] is odd",)),
    Case("401 that echoes the key", http(json.dumps({"error": {"message": f"key {KEY}"}}).encode(), 500), ModelUnavailable, ("[key hidden]",)),
    Case("204", http(b"", 204, NO_LENGTH), BadReply, ("nothing at all",)),
    Case("redirect", http(b"", 307, {"location": "http://127.0.0.1:9/v1"}), ModelRejected, ("redirects", "base_url")),
    Case("redirect to nowhere", http(b"", 302), ModelRejected, ("nowhere",)),
]  # fmt: skip

BODIES = [
    bad("a page", http(HTML, headers=PLAIN), "not JSON", "<!doctype html>"),
    bad("nothing", body(b""), "nothing at all"),
    bad("null", body(b"null"), "NoneType"),
    bad("a list", body([]), "list"),
    bad("text", body("hello"), "str"),
    bad("a number", body(b"1"), "int"),
    bad("an empty object", body({}), "no "),
    bad("two objects", body(b"{}{}"), "not JSON"),
    bad("bad UTF-8", body(b'{"content": "\xff\xfe"}'), "not UTF-8"),
    bad("deep nesting", body(b'{"a":' * 100_000), "nested too deeply"),
    bad("NaN", body(b'{"content": NaN}'), "NaN"),
    bad("infinity", body(b'{"content": -Infinity}'), "-Infinity"),
    bad("a giant integer", body(b'{"content": ' + b"9" * 5000 + b"}"), "not JSON"),
    bad("control characters", body(b"\x1b]0;title\x07"), "\\x1b]0;title\\x07"),
    bad("the key outside JSON", body(f"hello {KEY}".encode()), "hello [key hidden]"),
    Case("an error with status 200", body({"error": {"message": "No luck"}}), ModelUnavailable, ("No luck",)),
    Case("an error in words", body({"error": "No luck"}), ModelUnavailable, ("No luck",)),
]

_HALF = http(b'{"content": [{"type": "text", "text": "Hi"}]}')

WIRE = [
    Case("reset at once", [Reset()], ModelUnavailable, ("broke",)),
    Case("closed at once", [b""], ModelUnavailable, ("broke",)),
    Case("reset within the head", [b"HTTP/1.1 200 OK\r\ncontent-", Reset()], ModelUnavailable, ("broke",)),
    Case("reset within the body", [_HALF[:-20], Reset()], ModelUnavailable, ("broke",)),
    Case("body shorter than said", [http(b'{"a"', headers={"content-length": "999"})], ModelUnavailable, ("broke",)),
    bad("body longer than said", [http(b"{}  " * 9, headers={"content-length": "2"})]),
    bad("a length that is no number", [http(b"{}", headers={"content-length": "two"})], "HTTP"),
    bad("not HTTP", [b"SSH-2.0-OpenSSH_9.2\r\n"], "HTTP"),
    bad("bad chunks", [http(b"zz\r\n{}\r\n", headers={**NO_LENGTH, "transfer-encoding": "chunked"})]),
    bad("a head without end", [b"HTTP/1.1 200 OK\r\n", ForEver(b"x-more: 1\r\n" * 500)], "HTTP"),
    bad("bad compression", http(b"not gzip", headers={"content-encoding": "gzip"})),
    bad("cut compression", http(gzip.compress(b'{"a": 1}')[:-12], headers={"content-encoding": "gzip"})),
    bad("unknown compression", http(b"xyz", headers={"content-encoding": "odd"}), "not JSON"),
    bad("a packed bomb", packed("gzip"), "cap of 16777216 bytes"),
    bad("a bomb in a bomb", packed("gzip", "gzip"), "cap of"),
    bad("a body without end", [http(b"", headers=NO_LENGTH), ForEver(b" " * 65_536)], "cap of"),
    Case("silence", [Hang()], ModelTimeout, ("first-byte limit of 0.1 s",), limits=FIRST),
    Case("silence after the head", [http(b"", headers={"content-length": "9"}), Hang()], ModelTimeout, ("idle limit",), limits=IDLE),
    Case("silence in the body", [_HALF[:-9], Hang()], ModelTimeout, ("idle limit of 0.1 s",), limits=IDLE),
    Case("a drip", [http(b"", headers={"content-length": "9999"}), ForEver(b" ", 0.02)], ModelTimeout,
         ("overall limit of 0.4 s",), limits=OVERALL),
    Case("a drip in a status", [http(b"", 500, {"content-length": "9999"}), ForEver(b" ", 0.02)], ModelTimeout,
         ("limit of",), limits=OVERALL),
]  # fmt: skip


def keep_alives(head: bytes) -> Case:
    """Return the case of a stream that says nothing, again and again."""
    answer: Answer = [head, ForEver(b": keep-alive\n\n", 0.02)]
    return Case("keep-alives for ever", answer, ModelTimeout, ("overall limit of 0.4 s",), limits=OVERALL)


def slowly(*pieces: Any) -> list[Any]:
    """Return pieces with a short pause before each."""
    return [part for piece in pieces for part in (Pause(0.03), piece)]


def named(cases: list[Case]) -> list[Any]:
    """Return the cases as parameters of a test."""
    assert len({case.name for case in cases}) == len(cases), "two cases of one name"
    return [pytest.param(case, id=case.name.replace(" ", "-")) for case in cases]


async def outcome_of(dialect: Dialect, case: Case, *, streams: bool) -> ModelReply | ModelError:
    """Ask the server of a case."""
    limits: dict[str, Any] = {"timeout": case.limits} if case.limits else {}
    request = ModelRequest(
        [{"role": "user", "content": "Hi"}], on_delta=(lambda _text, _kind: None) if streams else None
    )
    with dialect.serve(case.answer) as server:
        try:
            return await model_from_config(dialect.config(server, api_key=KEY, **limits)).create(request)
        except ModelError as error:
            return error


async def check(dialect: Dialect, case: Case, *, streams: bool) -> None:
    """Ask the server of a case, and hold what comes against its outcome."""
    if dialect.name in SDKS:  # loading it takes seconds, which are not the adapter's
        await load_sdk(SDKS[dialect.name], extra=dialect.name, needed_by="this test")
    began = time.monotonic()
    outcome = await outcome_of(dialect, case, streams=streams)
    assert time.monotonic() - began < BOUND_S
    if isinstance(outcome, ModelError):
        assert type(outcome) is case.error, repr(outcome)
        assert [wanted for wanted in case.says if wanted not in str(outcome)] == [], str(outcome)
        check_words(outcome)
        return
    assert case.error is None, outcome
    counted = outcome.usage and (outcome.usage.input_tokens, outcome.usage.output_tokens)
    calls: Any = outcome.message.get("tool_calls", [])
    asked = tuple((call["function"]["name"], call["function"]["arguments"]) for call in calls)
    assert len({call["id"] for call in calls} - {""}) == len(calls)
    got = (outcome.message.get("content"), outcome.finish_reason, counted, asked)
    assert got == (case.content, case.finish, case.usage, case.calls)


def check_words(error: ModelError) -> None:
    """Say what an error's words lack: where it was, no secret, nothing of an SDK."""
    words = str(error)
    assert "stub at 127.0.0.1:" in words
    assert len(words) < 700
    assert words.isprintable(), repr(words)
    story = "".join(traceback.format_exception(error))
    assert KEY not in story + repr(error) + repr(vars(error))
    assert "direct cause" not in story, "the SDK's own error is part of the story"
    assert "During handling" not in story, "the SDK's own error is part of the story"
