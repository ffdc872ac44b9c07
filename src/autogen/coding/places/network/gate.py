"""The gate: gives a command in the sandbox a way to named hosts, for as long as it runs."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.coding.places.network import forward
from autogen.coding.places.network.proxy import Proxy
from autogen.coding.places.staging import SANDBOX_USER

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from autogen.coding.places.network.hosts import Hosts
    from autogen.coding.places.place import Command

_INSIDE = Path("/run/autogen")
_ADDRESS = f"http://127.0.0.1:{forward.PORT}"
_ENVIRONMENT = {
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), _ADDRESS),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), "localhost,127.0.0.1,::1"),
    "NODE_USE_ENV_PROXY": "1",
}
_LIMIT_BYTES = 64_000


@asynccontextmanager
async def gate(command: Command, hosts: Hosts, python: str, refused: Callable[[str], None]) -> AsyncGenerator[Command]:
    """Return the command as it must be run to reach the hosts; at the end of the context nothing is reached any more.

    Args:
        command: what is to run in a sandbox without network.
        hosts: which it may reach, by the proxy that its environment names.
        python: an interpreter that the sandbox can run.
        refused: is told of hosts that it may not reach and asked for.
    """
    directory = Path(tempfile.mkdtemp(prefix="autogen-gate-"))
    connections: set[asyncio.Task[None]] = set()
    proxy = Proxy(hosts, refused)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        task.add_done_callback(connections.discard)
        await proxy.serve(reader, writer)

    try:
        shutil.copy(forward.__file__, directory / "forward.py")
        server = await asyncio.start_unix_server(serve, directory / forward.SOCKET, limit=_LIMIT_BYTES)
        async with server:
            _let_in(directory)
            yield replace(
                command,
                arguments=(python, "-I", "-S", str(_INSIDE / "forward.py"), *command.arguments),
                environment={**_ENVIRONMENT, **command.environment},
                data=(*command.data, (directory, _INSIDE)),
            )
            server.close()
            for task in connections:
                task.cancel()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _let_in(directory: Path) -> None:
    """Let the sandbox's user in, where root runs the code as one."""
    (directory / "forward.py").chmod(0o644)
    if os.geteuid() == 0:
        directory.chmod(0o755)
        os.chown(directory / forward.SOCKET, SANDBOX_USER, SANDBOX_USER)
