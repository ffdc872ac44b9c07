"""A closed network: a test that would reach out fails instead."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Generator


class NetworkForbidden(BaseException):
    """Something tried to use the network where a test has closed it.

    Not an `Exception`, so that no retry and no `except Exception` on the way keeps it from the test.
    """


@contextmanager
def forbid_network(allow: Collection[str] = ()) -> Generator[None]:
    """Refuse connections to other machines, and to this one by network, while the block runs, in the whole process.

    As a default for all tests, in `conftest.py`:

        @pytest.fixture(autouse=True)
        def closed_network():
            with forbid_network():
                yield

    Args:
        allow: hosts that may be reached, as they are written in the connection (`"127.0.0.1"`).

    Raises:
        NetworkForbidden: at the attempt, in the code that made it.
    """
    kept = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    resolve = socket.getaddrinfo

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _check(address[0], address[1], allow)
            return kept[name](self, address)

        return connect

    def guarded_resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None:
            _check(host, port, allow)
        return resolve(host, port, *args, **kwargs)

    for name in kept:
        setattr(socket.socket, name, guarded(name))
    socket.getaddrinfo = guarded_resolve
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(socket.socket, name, method)
        socket.getaddrinfo = resolve


def _check(host: Any, port: Any, allow: Collection[str]) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name not in allow:
        raise NetworkForbidden(
            f"The network is closed here, and {name}:{port} was to be reached. "
            f"Use a ScriptedModel, or forbid_network(allow=[{name!r}])."
        )
