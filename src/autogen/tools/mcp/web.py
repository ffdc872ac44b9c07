"""HTTP to a tool server, with a cap on what it may say at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2

from autogen.tools.mcp.process import MAX_LINE_BYTES, TooMuch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

_UNPACKED = "identity"
_CALL_S = 30.0
_STREAM_S = 300.0


def http_to(headers: Mapping[str, str], told: Callable[[TooMuch], None]) -> httpx2.AsyncClient:
    """Return an HTTP client for one server; `told` hears of an answer that is beyond the cap, which is then cut off."""
    limits = httpx2.Timeout(_CALL_S, read=_STREAM_S)
    return httpx2.AsyncClient(
        headers={"accept-encoding": _UNPACKED, **headers},
        timeout=limits,
        transport=_Capped(httpx2.AsyncHTTPTransport(), told),
    )


class _Capped(httpx2.AsyncBaseTransport):
    """Cuts off a line, or an answer that is no stream of events, at the cap."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, told: Callable[[TooMuch], None]) -> None:
        self._inner, self._told = inner, told

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", _UNPACKED) != _UNPACKED:  # it may unpack to any size
            await response.aclose()
            raise self._refused("a packed answer, which it was not asked for")
        is_lines = "event-stream" in response.headers.get("content-type", "")
        response.stream = _CappedStream(response.stream, self._refused, is_lines=is_lines)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _refused(self, what: str) -> TooMuch:
        problem = TooMuch(what)
        self._told(problem)
        return problem


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: Any, refused: Callable[[str], TooMuch], *, is_lines: bool) -> None:
        self._inner, self._refused, self._is_lines = inner, refused, is_lines

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._inner:
            end = piece.rfind(b"\n") if self._is_lines else -1
            size = len(piece) - end - 1 if end >= 0 else size + len(piece)
            if size > MAX_LINE_BYTES:
                what = "a line of more than" if self._is_lines else "more than"
                raise self._refused(f"{what} {MAX_LINE_BYTES} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()
