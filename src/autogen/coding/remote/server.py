"""The server: an ASGI app that runs code with an executor, for whoever has the token."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.coding.remote.guard import LOOPBACK_HOSTS, SHORTEST_TOKEN, Guard
from autogen.coding.remote.sessions import Bounds, Busy, Sessions, Unknown, content_of
from autogen.coding.remote.wire import (
    MOST_ANSWER_BYTES,
    MOST_NAME,
    WAIT_S,
    NotOurs,
    blocks_from_data,
    field,
    packed,
    unpacked,
)
from autogen.errors import AutogenError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from autogen.coding.executor import CodeExecutor
    from autogen.coding.remote.sessions import Execution, Session


def code_server(
    executor: Callable[[Path], CodeExecutor] | CodeExecutor,
    token: str,
    *,
    hosts: Collection[str] = LOOPBACK_HOSTS,
    work_dir: Path | str | None = None,
    bounds: Bounds | None = None,
) -> ASGIApp:
    """Return an ASGI app that runs code, for `RemoteCodeExecutor`; any ASGI server can serve it.

    Args:
        executor: makes an executor for a directory that it is given, one for each session; or one executor, which all
            sessions then share, with its files.
        token: what a client must know; at least 16 characters.
        hosts: the names under which clients reach the server, without port; `"*"` stands for any. The default is right
            where only this machine can.
        work_dir: where sessions get their directories; by default where temporary files are kept.
        bounds: on sessions and on what runs at a time.

    Raises:
        ValueError: the token is too short.
        TypeError: a class of executors is given.
        MissingExtra: the extra `serve` is not installed.
    """
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError(
            f"the token needs at least {SHORTEST_TOKEN} ASCII characters without spaces, as secrets.token_urlsafe() makes them"
        )
    if isinstance(executor, type):
        raise TypeError(
            f"give what makes an executor for a directory: lambda directory: {executor.__name__}(work_dir=directory)"
        )
    try:
        from starlette.applications import Starlette  # noqa: PLC0415 - only where a server is wanted
        from starlette.routing import Route  # noqa: PLC0415 - likewise
    except ImportError:
        raise MissingExtra("serve", needed_by="code_server") from None
    sessions = Sessions(executor, None if work_dir is None else Path(work_dir), bounds or Bounds())
    desk = _Desk(sessions)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncGenerator[None]:
        watching = asyncio.create_task(sessions.close_the_idle())
        yield
        watching.cancel()
        await sessions.close_all()

    of_one = "/v1/sessions/{session}"
    routes = [
        Route("/v1/sessions", desk.open, methods=["POST"]),
        Route(of_one, desk.close, methods=["DELETE"]),
        Route(f"{of_one}/restart", desk.restart, methods=["POST"]),
        Route(f"{of_one}/executions", desk.execute, methods=["POST"]),
        Route(f"{of_one}/executions/{{key}}", desk.look, methods=["GET"]),
        Route(f"{of_one}/executions/{{key}}", desk.cancel, methods=["DELETE"]),
        Route(f"{of_one}/artefacts/{{artefact}}", desk.fetch, methods=["GET"]),
    ]
    return Guard(Starlette(routes=routes, lifespan=lifespan), token, hosts)


class _Desk:
    """Answers requests: reads them, asks the sessions, and says what came of it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def open(self, request: Request) -> Response:
        """Make a session, or find the one of a name."""

        async def opened(data: dict[str, Any]) -> dict[str, Any]:
            name = data.get("name")
            if name is not None and (not isinstance(name, str) or not 0 < len(name) <= MOST_NAME):
                raise NotOurs(f"'name' must be a text of 1 to {MOST_NAME} characters")
            return {"session": await self._sessions.open(name)}

        return await _answered(request, opened)

    async def close(self, request: Request) -> Response:
        """End a session."""

        async def closed(_: dict[str, Any]) -> dict[str, Any]:
            await self._sessions.close(request.path_params["session"])
            return {}

        return await _answered(request, closed)

    async def restart(self, request: Request) -> Response:
        """Let a session's executor forget its state."""

        async def restarted(_: dict[str, Any]) -> dict[str, Any]:
            await self._sessions.restart(self._session(request))
            return {}

        return await _answered(request, restarted)

    async def execute(self, request: Request) -> Response:
        """Run blocks, once for each key."""

        async def executed(data: dict[str, Any]) -> dict[str, Any]:
            key, blocks = field(data, "key", str), blocks_from_data(field(data, "blocks", list))
            if not 0 < len(key) <= MOST_NAME:
                raise NotOurs(f"'key' must have 1 to {MOST_NAME} characters")
            return await self._waited(request, self._sessions.begin(self._session(request), key, blocks))

        return await _answered(request, executed)

    async def look(self, request: Request) -> Response:
        """Wait on for blocks that run."""

        async def looked(_: dict[str, Any]) -> dict[str, Any]:
            execution = self._session(request).executions.get(request.path_params["key"])
            if execution is None:
                raise Unknown("execution")
            return await self._waited(request, execution)

        return await _answered(request, looked)

    async def cancel(self, request: Request) -> Response:
        """End blocks that run."""

        async def cancelled(_: dict[str, Any]) -> dict[str, Any]:
            await self._sessions.cancel(self._session(request), request.path_params["key"])
            return {}

        return await _answered(request, cancelled)

    async def fetch(self, request: Request) -> Response:
        """Hand out a file that code wrote."""
        from starlette.responses import Response  # noqa: PLC0415 - only where a server is wanted

        try:
            content = await asyncio.to_thread(content_of, self._session(request), request.path_params["artefact"])
        except Unknown as unknown:
            return _told(404, "unknown", f"There is no such {unknown}.")
        headers = {"x-content-type-options": "nosniff", "content-disposition": "attachment"}
        return Response(content, media_type="application/octet-stream", headers=headers)

    def _session(self, request: Request) -> Session:
        return self._sessions.find(request.path_params["session"])

    async def _waited(self, request: Request, execution: Execution) -> dict[str, Any]:
        gone = asyncio.ensure_future(_disconnected(request))
        try:
            answer = await self._sessions.wait(execution, WAIT_S, gone)
        finally:
            gone.cancel()
        return {"done": False} if answer is None else {"done": True, **answer}


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _answered(request: Request, answer: Callable[[dict[str, Any]], Any]) -> Response:
    """Read the body, and tell what came of it; every failure has a status and words."""
    from starlette.responses import Response  # noqa: PLC0415 - only where a server is wanted

    try:
        body = await request.body()
        content = packed(await answer(unpacked(body) if request.method == "POST" else {}))
    except NotOurs as error:
        return _told(400, "request", f"The request is not what the protocol says: {error}.")
    except Unknown as unknown:
        return _told(404, "unknown", f"There is no such {unknown}.")
    except Busy as busy:
        return _told(429, "busy", f"The server is busy: {busy}.")
    except (AutogenError, OSError, ValueError) as error:
        return _told(500, type(error).__name__, str(error)[:2000])
    if len(content) > MOST_ANSWER_BYTES:
        return _told(500, "CodeError", f"The result has more than {MOST_ANSWER_BYTES} bytes.")
    return Response(content, media_type="application/json")


def _told(status: int, kind: str, words: str) -> Response:
    from starlette.responses import Response  # noqa: PLC0415 - only where a server is wanted

    content = packed({"error": {"kind": kind, "message": words}})
    return Response(content, status, media_type="application/json")
