"""The door through which a provider's SDK reaches the connections of the loop: it counts bytes and minds the clock."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

import httpx2

from autogen.models.openai.reply import NotAReply
from autogen.models.openai.sending import REPLY_BYTES
from autogen.models.openai.stream import LINE_BYTES, STREAM_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from autogen.models.openai.timeouts import Deadline

clock: ContextVar[Deadline | None] = ContextVar("clock", default=None)
"""The deadline of the call that is being made."""

_OF_THE_PACKED_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Sends through another client, and hands on what comes unpacked, up to a cap."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the client raises for any status but 2xx."""
        response = await self._http.send(request, stream=True)
        _progressed()
        headers = [pair for pair in response.headers.multi_items() if pair[0].lower() not in _OF_THE_PACKED_BODY]
        is_stream = "event-stream" in response.headers.get("content-type", "")
        body = _Bounded(response, STREAM_BYTES if is_stream else REPLY_BYTES)
        return httpx2.Response(response.status_code, headers=headers, stream=body)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, response: httpx2.Response, cap: int) -> None:
        self._response, self._cap = response, cap

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = of_line = 0
        async for piece in self._response.aiter_bytes():
            _progressed()
            size += len(piece)
            of_line = 0 if b"\n" in piece else of_line + len(piece)
            if size > self._cap:
                raise NotAReply(f"more than the cap of {self._cap} bytes")
            if of_line > LINE_BYTES:
                raise NotAReply(f"a line of more than {LINE_BYTES} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


def _progressed() -> None:
    deadline = clock.get()
    if deadline is not None:
        deadline.progressed()
