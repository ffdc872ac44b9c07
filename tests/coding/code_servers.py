"""Code servers for the tests, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from autogen.coding import code_server

if TYPE_CHECKING:
    from collections.abc import Generator

TOKEN = "a-token-only-for-tests"
_STEP_S = 0.01


@contextmanager
def serving(executor: Any, **options: Any) -> Generator[str]:
    """Serve an executor, or what makes one, in a thread of this process; gives the URL."""
    app = code_server(executor, TOKEN, **options)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        for _ in range(1000):
            if server.started:
                break
            threading.Event().wait(_STEP_S)
        assert server.started
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
