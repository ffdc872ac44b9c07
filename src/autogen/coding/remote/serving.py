"""Serving an app with uvicorn until somebody ends it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from autogen.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

_GRACE_S = 5


def serve(app: ASGIApp, host: str, port: int, certificate: Path | None, tell: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; tell the address once it is listened at.

    Raises:
        MissingExtra: the extra `serve` is not installed.
        OSError: the address cannot be listened at.
    """
    try:
        import uvicorn  # noqa: PLC0415 - only where a server is wanted
    except ImportError:
        raise MissingExtra("serve", needed_by="autogen serve-code") from None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        config = uvicorn.Config(
            app,
            log_level="warning",
            lifespan="on",
            ssl_certfile=None if certificate is None else str(certificate),
            timeout_graceful_shutdown=_GRACE_S,
            server_header=False,
        )
        shown = f"[{host}]" if ":" in host else host
        scheme = "http" if certificate is None else "https"
        tell(f"{scheme}://{shown}:{listener.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listener])
