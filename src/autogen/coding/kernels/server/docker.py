"""A Jupyter server in a container of Docker or Podman, reached through a port of this machine alone."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import weakref
from typing import TYPE_CHECKING, Any, Self

from autogen.coding.kernels.server.asking import wait_until_it_answers
from autogen.coding.kernels.server.connection import JupyterConnectionInfo
from autogen.core.place import current_scope
from autogen.core.sync import sync_of
from autogen.core.twins import Twins
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.coding.containers.engine import Engine

_IMAGE = "quay.io/jupyter/minimal-notebook"
_COMMAND = ("jupyter", "server", "--ServerApp.ip=0.0.0.0", "--ServerApp.port=8888", "--no-browser")
_PORT = "8888/tcp"


class DockerJupyterServer(Twins):
    """Runs a Jupyter server in a container, for `JupyterCodeExecutor`. Needs the extra `docker` and an engine.

    The container has a network of its own, through which its code may reach others; it is removed with `stop()`, and the
    next container of this program removes what a program that was killed has left.

    Args:
        custom_image_name: an image whose own command serves on port 8888, with the token in the variables `TOKEN` and
            `JUPYTER_TOKEN`; by default Jupyter's image of a minimal notebook.
        container_name: by default one that says whose it is.
        auto_remove: remove the container when it stops.
        stop_container: stop it with `stop()`, or when this object is left or forgotten.
        docker_env: variables for the container.
        token: what clients show; a new one by default.

    Raises:
        MissingExtra: the extra `docker` is not installed.
        SandboxUnavailable: there is no engine; names the ways out.
        CodeError: the image cannot be had, or the container does not start.
        CodeServerFailed: nothing answers in it.
    """

    class GenerateToken:
        """Asks for a new token."""

    def __init__(
        self,
        custom_image_name: str | None = None,
        container_name: str | None = None,
        auto_remove: bool = True,
        stop_container: bool = True,
        docker_env: Mapping[str, str] | None = None,
        token: str | GenerateToken | None = None,
    ) -> None:
        self._image, self._name = custom_image_name, container_name or f"autogen-jupyter-{secrets.token_hex(4)}"
        self._is_removed, self._is_stopped = auto_remove, stop_container
        self._token = token if isinstance(token, str) else secrets.token_hex(32)
        self._environment = {"TOKEN": self._token, "JUPYTER_TOKEN": self._token, **(docker_env or {})}
        self._held: list[tuple[Engine, str]] = []
        self._port = 0
        self.start()

    async def a_start(self) -> None:
        """Start the container, and return once the server answers; it is started already when it is made."""
        weakref.finalize(self, _end, self._held, is_stopped=self._is_stopped)
        notes: list[str] = []
        try:
            self._port = await asyncio.to_thread(self._run, notes)
            await wait_until_it_answers(self.connection_info)
        except CodeError:
            await self.a_stop()
            raise
        finally:
            if (scope := current_scope()) is not None:
                for note in notes:
                    scope.notice(note, level="info")

    start = sync_of(a_start)

    async def a_stop(self) -> None:
        """Stop the container, unless it was told to go on."""
        await asyncio.to_thread(_end, self._held, is_stopped=self._is_stopped)

    stop = sync_of(a_stop)

    @property
    def connection_info(self) -> JupyterConnectionInfo:
        """Where it is."""
        return JupyterConnectionInfo("127.0.0.1", use_https=False, port=self._port, token=self._token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, notes: list[str]) -> int:
        """Start the container, and return its port on this machine; the SDK blocks."""
        from autogen.coding.containers.engine import engine_errors, find_engine  # noqa: PLC0415 - an extra
        from autogen.coding.containers.images import find_image  # noqa: PLC0415 - likewise
        from autogen.coding.containers.ownership import (  # noqa: PLC0415 - likewise
            labels_of_this_process,
            remove_what_the_dead_left,
        )

        engine = find_engine()
        remove_what_the_dead_left(engine)
        image = find_image(engine, [self._image or _IMAGE], notes.append)
        with engine_errors(engine, "start a Jupyter server"):
            api = engine.api
            limits = api.create_host_config(
                port_bindings={_PORT: ("127.0.0.1", None)},
                auto_remove=self._is_removed,
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                pids_limit=512,
            )
            container: Any = api.create_container(
                image,
                command=None if self._image else list(_COMMAND),
                name=self._name,
                environment=self._environment,
                ports=[_PORT],
                labels=labels_of_this_process(is_kept=not self._is_stopped),
                host_config=limits,
            )
            self._held.append((engine, container["Id"]))
            api.start(container["Id"])
            found: list[dict[str, str]] | None = api.port(container["Id"], 8888)
        if not found:
            raise CodeError(f"{engine.name} gives the container {self._name} no port: has it a network?")
        return int(found[0]["HostPort"])


def _end(held: list[tuple[Engine, str]], *, is_stopped: bool) -> None:
    """Remove the container as this object ends; what fails is left to the next program's sweep."""
    from autogen.coding.containers.ownership import remove  # noqa: PLC0415 - an extra

    while held and is_stopped:
        with contextlib.suppress(CodeError):
            remove(*held.pop())
