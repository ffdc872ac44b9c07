"""A server of OpenAI's protocol on loopback that does what a test tells it, down to the byte.

It has a thread and an event loop of its own, so sync and async tests use it alike:

    with OpenAIServer(reply("Hello."), status(429), reply("Again.")) as server:
        ...  # {"model": "stub", "base_url": server.url, "api_key": "k"}
    assert server.requests[0].body["messages"] == [...]

Answers are given in order, the last one again and again; a function of the request plays the model by rules.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
_STARTING_S = 10.0
_STEPS_TO_A_TASK = 5


@dataclass(frozen=True)
class Received:
    """A request as it came in; header names in lower case, the body as JSON."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def streams(self) -> bool:
        """Whether the reply is asked for piece by piece."""
        return isinstance(self.body, dict) and bool(self.body.get("stream"))


@dataclass(frozen=True)
class ForEver:
    """The same bytes again and again, so many seconds apart, until the client hangs up."""

    piece: bytes
    every_s: float = 0.0


@dataclass(frozen=True)
class Pause:
    """Nothing for so many seconds."""

    seconds: float


class Hang:
    """Nothing more, while the connection stays open."""


class Reset:
    """The connection is reset."""


Piece = bytes | ForEver | Pause | Hang | Reset
Answer = bytes | Sequence[Piece] | Callable[[Received], "Answer"]
"""Raw HTTP: bytes, or bytes and misbehaviour one after the other; the connection is closed behind it, unless the
bytes are a whole answer by their content-length."""


def http(body: bytes = b"", code: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a whole HTTP answer; headers with an empty value are left out."""
    lines = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    reason = HTTPStatus(code).phrase if code in set(HTTPStatus) else "Odd"
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {code} {reason}\r\n{head}\r\n".encode() + body


def status(code: int, message: str = "No.", headers: Mapping[str, str] | None = None, /, **error: Any) -> bytes:
    """Return an answer with an error object, as OpenAI words it."""
    return http(json.dumps({"error": {"message": message, **error}}).encode(), code, headers)


def completion(message: object, finish_reason: object = "stop", **fields: Any) -> dict[str, Any]:
    """Return the body of a whole reply."""
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "stub",
        "choices": [choice],
        "usage": USAGE,
        **fields,
    }


def chunk(delta: object, finish_reason: object = None, **fields: Any) -> dict[str, Any]:
    """Return one chunk of a streamed reply."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "stub", "choices": [choice], **fields}


def event(data: object) -> bytes:
    """Return a server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"data: {text}\n\n".encode()


DONE = event("[DONE]")
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def stream(*events: object) -> list[Piece]:
    """Return an answer of events, each sent by itself; what is not bytes becomes an event."""
    return [STREAM_HEAD, *(data if isinstance(data, (bytes, ForEver, Pause, Hang, Reset)) else event(data)
                           for data in events)]  # fmt: skip


def streamed(message: Mapping[str, Any], finish_reason: object = "stop", usage: object = USAGE) -> list[Piece]:
    """Return a reply piece by piece: its text by words, its tool calls whole, then the usage."""
    text = message.get("content")
    words = [chunk({"content": word}) for word in _words(text)] if text else []
    calls = [{"index": index, **call} for index, call in enumerate(message.get("tool_calls") or ())]
    asked = [chunk({"tool_calls": [call]}) for call in calls]
    counted = [{"choices": [], "model": "stub", "usage": usage}] if usage else []
    return stream(
        chunk({"role": "assistant", "content": None}), *words, *asked, chunk({}, finish_reason), *counted, DONE
    )


def reply(content: str | None = "Hello.", *, finish_reason: str | None = None, **message: Any) -> Answer:
    """Return a good answer, streamed if the request asks for it; `message` holds `tool_calls` and the like."""
    said = {"role": "assistant", "content": content, **message}
    reason = finish_reason or ("tool_calls" if message.get("tool_calls") else "stop")

    def answer(received: Received) -> Answer:
        return streamed(said, reason) if received.streams else http(json.dumps(completion(said, reason)).encode())

    return answer


def tool_call(name: str, call_id: str = "call_1", **arguments: Any) -> dict[str, Any]:
    """Return one entry of `tool_calls`."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def _words(text: str) -> list[str]:
    words = text.split(" ")
    return [word if index == 0 else f" {word}" for index, word in enumerate(words)]


class OpenAIServer:
    """The server.

    Args:
        answers: one for each chat completion; a request beyond them gets the last again.
        models: what `GET /models` lists; `None` hands such requests to the answers as well.

    Attributes:
        requests: what was asked, oldest first; without those for the list of models.
        connections: how many were opened.
    """

    def __init__(self, *answers: Answer, models: Sequence[str] | None = ("stub",)) -> None:
        self._answers: Sequence[Answer] = answers or (reply(),)
        self._models = models
        self.requests: list[Received] = []
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._listening = threading.Event()
        self._arrived = threading.Condition()
        self._port = 0
        self._thread = threading.Thread(target=self._run, name="openai-server", daemon=True)

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self._port}/v1"

    def config(self, **more: Any) -> dict[str, Any]:
        """Return a configuration that reaches this server."""
        return {"model": "stub", "base_url": self.url, "api_key": "sk-stub-0123456789abcdef", **more}

    def wait_for_requests(self, count: int, within_s: float = 10.0) -> None:
        """Return once so many requests have come in; to be called from a thread other than the test's event loop."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.requests) >= count, within_s), f"no {count} requests came"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(_STARTING_S), "the server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(_STARTING_S)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, backlog=1024)
        self._port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._ended.wait()
        self._loop.remove_reader(server.sockets[0].fileno())
        for _ in range(_STEPS_TO_A_TASK):
            await asyncio.sleep(0)  # whoever was accepted just now gets a task, which a closed server would refuse
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answered(await _received(reader), writer):
                    pass
        finally:
            if writer.transport.get_write_buffer_size():
                writer.transport.abort()
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _answered(self, received: Received, writer: asyncio.StreamWriter) -> bool:
        """Answer; return whether the connection stays open."""
        answer = self._answer_to(received)
        while callable(answer):
            answer = answer(received)
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
            return b"content-length:" in answer.partition(b"\r\n\r\n")[0].lower()
        for piece in answer:
            await _send(piece, writer)
        return False

    def _answer_to(self, received: Received) -> Answer:
        if received.path.endswith("/models") and self._models is not None:
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in self._models]}
            return http(json.dumps(listed).encode())
        with self._arrived:
            self.requests.append(received)
            self._arrived.notify_all()
        return self._answers[min(len(self.requests), len(self._answers)) - 1]


async def _received(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, json.loads(raw) if raw else None)


async def _send(piece: Piece, writer: asyncio.StreamWriter) -> None:
    match piece:
        case bytes():
            writer.write(piece)
            await writer.drain()
        case ForEver(data, every_s):
            while True:
                writer.write(data)
                await writer.drain()
                await asyncio.sleep(every_s)
        case Pause(seconds):
            await asyncio.sleep(seconds)
        case Hang():
            await asyncio.get_running_loop().create_future()
        case Reset():
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            raise ConnectionResetError


def pieces(data: bytes, size: int) -> Iterable[bytes]:
    """Cut bytes into pieces of a size."""
    return (data[start : start + size] for start in range(0, len(data), size))
