"""The proxy outside of the sandbox: an HTTP proxy on a UNIX socket that lets named hosts pass, and no others.

It looks at names and addresses, not into what is encrypted.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from autogen.coding.places.network.hosts import belongs_to_the_public, is_address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.coding.places.network.hosts import Hosts

    Resolve = Callable[[str, int], Awaitable[list[str]]]

_HEAD_BYTES = 64_000
_CHUNK_BYTES = 64_000
_MOST_CONNECTIONS = 64
_HEAD_S, _CONNECT_S = 30.0, 15.0
_FORBIDDEN = "403 Host not allowed in this sandbox"  # clients show this, and not the words below it
_BETWEEN_TWO = ("proxy-connection", "proxy-authorization", "connection", "keep-alive")
_NOT_HANDED_ON = (*_BETWEEN_TWO, "host")  # the host that was judged is the one that is named


class _Request(NamedTuple):
    """What is asked: a host and port, and the head to hand on; empty for a tunnel."""

    host: str
    port: int
    head: bytes


class _Refused(Exception):
    """The request is answered with a status and words."""

    def __init__(self, status: str, words: str) -> None:
        super().__init__(words)
        self.status = status


class Proxy:
    """Serves one sandbox.

    Args:
        hosts: which it may reach.
        refused: is told of each host that was refused, once.
        resolve: finds the addresses of a name.
    """

    def __init__(
        self, hosts: Hosts, refused: Callable[[str], None] = lambda _: None, resolve: Resolve | None = None
    ) -> None:
        self._hosts, self._tell_refused = hosts, refused
        self._resolve = resolve or _resolved
        self._refused: set[str] = set()
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self._open += 1
        try:
            await self._answer(reader, writer)
        except _Refused as refusal:
            with contextlib.suppress(OSError):
                writer.write(_response(refusal))
                await writer.drain()
        except OSError:  # either side has gone
            pass
        finally:
            self._open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open > _MOST_CONNECTIONS:
            raise _Refused("503 Service Unavailable", f"More than {_MOST_CONNECTIONS} connections at a time.")
        try:
            async with asyncio.timeout(_HEAD_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, TimeoutError):
            return
        except asyncio.LimitOverrunError:
            raise _Refused("431 Request Header Fields Too Large", "The head of the request is too long.") from None
        request = _read(head)
        addresses = await self._addresses(request)
        there, away = await self._connected(request, addresses)
        try:
            if request.head:
                away.write(request.head)
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, away))
                group.create_task(_copy(there, writer))
        except* OSError:
            pass
        finally:
            away.close()

    async def _addresses(self, request: _Request) -> list[str]:
        """Return the addresses that may be connected to.

        Raises:
            _Refused: the host is not on the list, or has no address that may be used.
        """
        host, port = request.host, request.port
        if not self._hosts.allows(host, port):
            self._tell(f"{host}:{port}")
            raise _Refused(_FORBIDDEN, f"{host}:{port} is not among the hosts that this code may reach: {self._hosts}.")
        if is_address(host):
            return [host]
        try:
            async with asyncio.timeout(_CONNECT_S):
                found = await self._resolve(host, port)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise _Refused("502 Bad Gateway", f"{host} has no address: {error or 'no answer'}.") from error
        public = [address for address in found if belongs_to_the_public(address)]
        if not public:
            self._tell(f"{host} ({', '.join(found)})")
            raise _Refused(_FORBIDDEN, f"{host} is not a host of the open network.")
        return public

    def _tell(self, host: str) -> None:
        if host not in self._refused and len(self._refused) < _MOST_CONNECTIONS:
            self._refused.add(host)
            self._tell_refused(host)

    async def _connected(
        self, request: _Request, addresses: list[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the first of the addresses that answers: to these, and not to what the name may mean by now."""
        words = ""
        for address in addresses:
            try:
                async with asyncio.timeout(_CONNECT_S):
                    return await asyncio.open_connection(address, request.port)
            except (OSError, TimeoutError) as error:
                words = str(error) or f"no answer within {_CONNECT_S:g} seconds"
        raise _Refused("502 Bad Gateway", f"{request.host}:{request.port} cannot be reached: {words}.")


async def _resolved(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _read(head: bytes) -> _Request:
    """Return what a head asks for.

    Raises:
        _Refused: it is none that a proxy understands.
    """
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    try:
        method, target, _ = words
        is_tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if is_tunnel else target)
        port = parts.port or (443 if is_tunnel else 80)
    except ValueError:
        raise _Refused("400 Bad Request", f"This is no request to a proxy: {lines[0][:200]!r}.") from None
    if not parts.hostname or (not is_tunnel and parts.scheme != "http"):
        raise _Refused("400 Bad Request", "A proxy is asked by CONNECT host:port, or for http://host/path.")
    if is_tunnel:
        return _Request(parts.hostname, port, b"")
    kept = [line for line in lines[1:-2] if line.partition(":")[0].strip().lower() not in _NOT_HANDED_ON]
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    host = parts.netloc.rpartition("@")[2]
    handed_on = "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *kept, "Connection: close", "", ""])
    return _Request(parts.hostname, port, handed_on.encode("latin-1"))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


def _response(refusal: _Refused) -> bytes:
    body = f"{refusal}\n".encode()
    head = (
        f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
