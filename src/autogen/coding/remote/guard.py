"""Who may speak to the server at all: checked before any route is looked at, so that none can be forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from typing import TYPE_CHECKING, Any

from autogen.coding.remote.wire import MOST_REQUEST_BYTES, packed

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SHORTEST_TOKEN = 16
_LISTENED_S = 2.0


class Guard:
    """Lets through requests with the token, for a host that is ours, from no web page, with a JSON body of bounded size."""

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str]) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websockets here: the server answers that by itself
        headers = {name.lower(): value for name, value in reversed(scope["headers"])}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _hear_out(receive)
            await _refuse(send, *refusal)
            return
        await self._app(scope, _bounded(receive), send)

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[int, str] | None:
        """Return status and words for a request that is not let through."""
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if "*" not in self._hosts and _without_port(host) not in self._hosts:
            return 421, "This host name is not one of the server's."
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if not hmac.compare_digest(given.strip() if scheme.lower() == b"bearer" else b"", self._token):
            return 401, "The token is missing or wrong."
        if b"origin" in headers or b"sec-fetch-site" in headers:
            return 403, "Web pages may not use this server."
        if (
            scope["method"] == "POST"
            and headers.get(b"content-type", b"").split(b";")[0].strip() != b"application/json"
        ):
            return 415, "The body must be application/json."
        size = headers.get(b"content-length", b"0")
        if not size.isdigit() or int(size) > MOST_REQUEST_BYTES:
            return 413, f"The body may have {MOST_REQUEST_BYTES} bytes at the most."
        return None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _bounded(receive: Receive) -> Receive:
    """Cut off a body that is longer than allowed, whatever its headers say: what is left of it is no JSON."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        body: bytes = message.get("body", b"")
        taken += len(body)
        if message["type"] == "http.request" and taken > MOST_REQUEST_BYTES:
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return bounded


async def _hear_out(receive: Receive) -> None:
    """Take in a body before it is refused, within bounds: who is answered while it still sends may see no answer."""
    taken, has_more = 0, True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LISTENED_S):
            while has_more and taken <= MOST_REQUEST_BYTES:
                message = await receive()
                taken, has_more = taken + len(message.get("body", b"")), bool(message.get("more_body"))


async def _refuse(send: Send, status: int, words: str) -> None:
    content = packed({"error": {"kind": "refused", "message": words}})
    headers: list[Any] = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if status == 401:  # noqa: PLR2004 - as HTTP numbers it
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
