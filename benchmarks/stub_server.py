"""A stub of an OpenAI-compatible server on loopback, in a process of its own; it costs little, so the client is seen.

It answers `POST …/chat/completions` after `--latency-ms`, whole or (with `"stream": true`) as server-sent events:
`--tokens` pieces, `--burst` of them per write, a write per millisecond. It prints its port and ends with its input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stub import REPLY

if TYPE_CHECKING:
    from collections.abc import Generator

_IDENTITY = {"id": "chatcmpl-stub", "created": 1_760_000_000, "model": "stub"}
_USAGE = {"prompt_tokens": 10, "completion_tokens": 12, "total_tokens": 22}
_WRITE_EVERY_S = 0.001


@dataclass(frozen=True, slots=True)
class Answers:
    """The bytes that are sent, made once."""

    latency_s: float
    whole: bytes
    head: bytes
    bursts: tuple[bytes, ...]
    end: bytes


def make_answers(latency_ms: float, tokens: int, burst: int) -> Answers:
    """Return the bytes for these settings."""
    message = {"role": "assistant", "content": REPLY}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    body = json.dumps({**_IDENTITY, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()
    whole = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    first = _event({"role": "assistant", "content": ""})
    pieces = [_event({"content": f" word{number % 10}"}) for number in range(tokens)]
    bursts = [b"".join(_chunk(piece) for piece in pieces[start : start + burst]) for start in range(0, tokens, burst)]
    last = _event({}, "stop") + b"data: [DONE]\n\n"
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" + _chunk(first)
    return Answers(latency_ms / 1000, whole, head, tuple(bursts), _chunk(last) + b"0\r\n\r\n")


def _event(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return f"data: {json.dumps({**_IDENTITY, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class StubConnection(asyncio.Protocol):
    """One connection of a client; requests on it come one after the other."""

    def __init__(self, answers: Answers, loop: asyncio.AbstractEventLoop) -> None:
        self._answers, self._loop = answers, loop
        self._transport: Any = None
        self._received = bytearray()
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once the request is whole."""
        self._received += data
        if not self._wanted:
            head_end = self._received.find(b"\r\n\r\n")
            if head_end < 0:
                return
            head = bytes(self._received[:head_end]).lower()
            at = head.find(b"content-length:")
            assert at >= 0, f"a request without a content-length: {head!r}"
            self._wanted = head_end + 4 + int(head[at + 15 :].split(b"\r", 1)[0])
        if len(self._received) < self._wanted:
            return
        is_streamed = b'"stream":true' in self._received or b'"stream": true' in self._received
        self._received.clear()
        self._wanted = 0
        answer = self._begin_stream if is_streamed else self._answer
        if self._answers.latency_s:
            self._loop.call_later(self._answers.latency_s, answer)
        else:
            answer()

    def _answer(self) -> None:
        self._transport.write(self._answers.whole)

    def _begin_stream(self) -> None:
        self._transport.write(self._answers.head)
        self._loop.call_later(_WRITE_EVERY_S, self._go_on, 0)

    def _go_on(self, burst: int) -> None:
        if self._transport.is_closing():
            return
        if burst == len(self._answers.bursts):
            self._transport.write(self._answers.end)
            return
        self._transport.write(self._answers.bursts[burst])
        self._loop.call_later(_WRITE_EVERY_S, self._go_on, burst + 1)


async def serve(answers: Answers) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StubConnection(answers, loop), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def stub_server(*, latency_ms: float = 0, tokens: int = 1, burst: int = 1) -> Generator[str]:
    """Run the server in a process of its own, and give the base URL for clients."""
    settings = ["--latency-ms", str(latency_ms), "--tokens", str(tokens), "--burst", str(burst)]
    command = [sys.executable, str(Path(__file__).resolve()), *settings]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.stdin.close()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--tokens", type=int, default=1)
    parser.add_argument("--burst", type=int, default=1)
    options = parser.parse_args()
    asyncio.run(serve(make_answers(options.latency_ms, options.tokens, options.burst)))


if __name__ == "__main__":
    _main()
