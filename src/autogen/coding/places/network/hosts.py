"""Which hosts code may reach: a list of names that the user wrote, and addresses that belong to the public."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL_PORTS = (80, 443)
_NAME = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_ENTRY = re.compile(r"(\[(?P<bracketed>[^\]]+)\]|(?P<host>[^:\[\]]+))(:(?P<port>\d{1,5}))?")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses behind a translator, RFC 6052
_LAST_PORT = 65535
_SYNTAX = "give names like 'pypi.org', '*.python.org' or 'example.org:8443'"


class _Entry(NamedTuple):
    host: str
    ports: tuple[int, ...]

    def allows(self, host: str, port: int) -> bool:
        if port not in self.ports:
            return False
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host


class Hosts:
    """The hosts that code may reach.

    Args:
        entries: names, each for its web ports or for a port that it tells; `*.name` stands for all below that name. An
            address is taken at its word; a name counts only with addresses that belong to the public.

    Raises:
        ValueError: an entry is no host, or one that is the sandbox's own.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        if isinstance(entries, str):
            raise ValueError(f"network={entries!r}: give a list of hosts, such as [{entries!r}].")  # noqa: TRY004 - as the other wrong lists
        self._entries = tuple(map(_entry, entries))

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __str__(self) -> str:
        return ", ".join(
            entry.host if entry.ports == USUAL_PORTS else f"{entry.host}:{entry.ports[0]}" for entry in self._entries
        )

    def allows(self, host: str, port: int) -> bool:
        """Tell whether a host is on the list, before its addresses are known."""
        normal = _normal(host)
        return any(entry.allows(normal, port) for entry in self._entries)


def is_address(host: str) -> bool:
    """Tell whether a host is an address, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def belongs_to_the_public(address: str) -> bool:
    """Tell whether an address is one of the open network: no private, local, translated or multicast one."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


def _normal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.rstrip(".").lower()


def _entry(text: object) -> _Entry:
    found = _ENTRY.fullmatch(text.strip()) if isinstance(text, str) else None
    host = _normal(found["bracketed"] or found["host"]) if found else ""
    if not host.isascii():
        host = host.encode("idna").decode()
    port = int(found["port"]) if found and found["port"] else None
    if (
        found is None
        or not (is_address(host) or _NAME.fullmatch(host))
        or (port is not None and not 0 < port <= _LAST_PORT)
    ):
        raise ValueError(f"network: {text!r} is no host; {_SYNTAX}.")
    if host in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError(f"network: {text!r} is the sandbox's own inside; another address of this machine is needed.")
    return _Entry(host, USUAL_PORTS if port is None else (port,))
