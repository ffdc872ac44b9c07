"""Where a Jupyter server is, and who knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass
class JupyterConnectionInfo:
    """A Jupyter server.

    Args:
        host: its name or address, with a path if it is served under one ("example.org/hub").
        use_https: whether it speaks TLS, as it must anywhere but on this machine.
        port: `None` for the usual one.
        token: what it wants to be shown; never part of an error, and not of this object's `repr`.
    """

    host: str
    use_https: bool
    port: int | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http{'s' if self.use_https else ''}://{self._place}"

    @property
    def websocket_address(self) -> str:
        """Where it holds websockets."""
        return f"ws{'s' if self.use_https else ''}://{self._place}"

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return self.host.partition("/")[0].strip("[]") in _LOOPBACK

    @property
    def headers(self) -> dict[str, str]:
        """What it is shown with each request."""
        return {} if self.token is None else {"Authorization": f"token {self.token}"}

    @property
    def _place(self) -> str:
        host, _, path = self.host.partition("/")
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        port = "" if self.port is None else f":{self.port}"
        return f"{host}{port}" + (f"/{path.strip('/')}" if path.strip("/") else "")


@runtime_checkable
class JupyterConnectable(Protocol):
    """Whoever knows a Jupyter server: `LocalJupyterServer`, or a class of yours."""

    @property
    def connection_info(self) -> JupyterConnectionInfo:
        """Where it is."""
        ...
