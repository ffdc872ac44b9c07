"""A line to one kernel of a Jupyter server: cells over a websocket, and what comes of them, in order.

The messages: https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html, default protocol (2026-11).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import quote

from autogen.coding.kernels.cell import Cell, CellOutcome
from autogen.coding.kernels.server.asking import ask, has_kernel, path_of, unreachable
from autogen.coding.kernels.transcript import Marks
from autogen.coding.places.place import Caps
from autogen.coding.places.supervisor import STOPPED, TIMED_OUT
from autogen.core.sync import on_background_loop, sync_of
from autogen.core.twins import Twins
from autogen.errors import CodeServerFailed, MissingExtra

if TYPE_CHECKING:
    from autogen.coding.kernels.server.connection import JupyterConnectionInfo

_LARGEST_MESSAGE = 32_000_000
_GRACE_S = 5.0  # how long an interrupted cell may take to end, over a network
GONE = "the server has the kernel no longer"
_FIRST_LOOK_S, _LOOK_S = 1.0, 5.0
_ENDED = {"restarting", "autorestarting", "dead"}


class JupyterKernelClient(Twins):
    """Runs code in a kernel of a Jupyter server.

    Args:
        connection_info: the server.
        kernel_id: one of its kernels.
        caps: bounds on what is kept of the output; what the kernel itself may use is the server's to say.
    """

    @dataclass
    class ExecutionResult:
        """What came of a piece of code: whether it ran to its end, what it printed, and what it showed."""

        @dataclass
        class DataItem:
            """Something shown: its media type and data, pictures in base64."""

            mime_type: str
            data: str

        is_ok: bool
        output: str
        data_items: list[DataItem] = field(default_factory=list[DataItem])

    def __init__(self, connection_info: JupyterConnectionInfo, kernel_id: str, caps: Caps | None = None) -> None:
        self._info, self._id, self._caps = connection_info, kernel_id, caps or Caps()
        self._session, self._marks = secrets.token_hex(16), Marks(secrets.token_hex(8))
        self._line: Any = None
        self._shown = 0

    @property
    def is_open(self) -> bool:
        """Whether the line stands."""
        return self._line is not None

    async def a_connect(self) -> None:
        """Connect, or connect anew.

        Raises:
            CodeServerFailed: the server is away, refuses, or has no such kernel.
            MissingExtra: the package `websockets` is not installed.
        """
        await on_background_loop(self._connect)

    async def a_wait_for_ready(self, timeout_seconds: float | None = None) -> bool:
        """Return whether the kernel answers, within a time."""
        try:
            await on_background_loop(self._run, "", timeout_seconds or 60.0)
        except CodeServerFailed:
            return False
        return True

    wait_for_ready = sync_of(a_wait_for_ready)

    async def a_execute(self, code: str, timeout_seconds: float | None = None) -> ExecutionResult:
        """Run code, and return what it printed and showed.

        Raises:
            CodeServerFailed: the line broke.
        """
        outcome = await on_background_loop(self._run, code, timeout_seconds or 1e6)
        texts = [piece if isinstance(piece, str) else piece.data.get("text/plain", "") for piece in outcome.pieces]
        items = [self.ExecutionResult.DataItem(kind, data) for piece in outcome.pieces if not isinstance(piece, str)
                 for kind, data in piece.data.items() if kind == "text/html" or kind.startswith("image/")]  # fmt: skip
        ending = outcome.error or (
            f"ERROR: Timeout after {timeout_seconds} s." if outcome.exit_code == TIMED_OUT else ""
        )
        return self.ExecutionResult(outcome.exit_code == 0, "".join(texts) + ending, items)

    execute = sync_of(a_execute)

    async def a_run_cell(self, code: str, timeout_s: float) -> CellOutcome:
        """Run a cell to its end; when its time is up, it is interrupted, and then the kernel is restarted.

        Raises:
            CodeServerFailed: the line broke.
        """
        return await on_background_loop(self._run, code, timeout_s)

    async def a_stop(self) -> None:
        """Let go of the kernel, which lives on."""
        await on_background_loop(self._close)

    stop = sync_of(a_stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _connect(self) -> None:
        try:
            from websockets.asyncio.client import connect  # noqa: PLC0415 - an extra
            from websockets.exceptions import InvalidStatus, WebSocketException  # noqa: PLC0415 - likewise
        except ImportError:
            raise MissingExtra("jupyter", needed_by="kernels of a Jupyter server") from None
        await self._close()
        address = f"{self._info.websocket_address}/api/kernels/{quote(self._id, safe='')}/channels"
        try:
            self._line = await _without_redirects(connect)(
                f"{address}?session_id={self._session}",
                additional_headers=self._info.headers,
                max_size=_LARGEST_MESSAGE,
                proxy=None if self._info.is_here else True,
            )
        except InvalidStatus as error:
            status = error.response.status_code
            why = {401: "the token is wrong", 403: "the token is wrong", 404: "it has no such kernel (any more)"}
            said = f"the Jupyter server at {self._info.address} refuses a line to kernel {self._id} ({status})"
            raise CodeServerFailed(f"{said}: {why.get(status, 'is this a Jupyter server?')}", status=status) from None
        except (OSError, TimeoutError, WebSocketException) as error:
            raise CodeServerFailed(unreachable(self._info, error)) from error

    async def _close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def _run(self, code: str, timeout_s: float) -> CellOutcome:
        cell = Cell(self._marks, self._caps)
        if self._line is None:
            await self._connect()
        assert self._line is not None
        request = secrets.token_hex(16)
        try:
            await self._line.send(json.dumps(self._question(code, request)))
            listening = asyncio.ensure_future(self._listen(cell, request))
            try:
                return await self._settle(cell, listening, timeout_s)
            except asyncio.CancelledError:
                await self._stop_cell(listening)
                raise
            finally:
                listening.cancel()
                await asyncio.wait({listening})
        except _closed() as error:
            self._line = None
            raise CodeServerFailed(
                f"the line to the kernel at {self._info.address} broke in the middle of a block ({error}); how far the "
                f"block came is not known. The next block connects anew, to the same kernel if it is still there."
            ) from error

    async def _settle(self, cell: Cell, listening: asyncio.Future[Any], timeout_s: float) -> CellOutcome:
        lost = await self._wait(cell, listening, timeout_s)
        if not listening.done() and lost is None:
            is_too_much = cell.is_too_much.done()
            cell.stopped = (STOPPED, cell.is_too_much.result()) if is_too_much else (TIMED_OUT, "")
            lost = await self._stop_cell(listening)
        reply = listening.result() if listening.done() and not listening.cancelled() else None
        if isinstance(reply, str):
            reply, lost = None, reply
        if lost is not None:
            await self._close()  # a new line waits until the new kernel is there
        return cell.outcome(reply, lost)

    async def _wait(self, cell: Cell, listening: asyncio.Future[Any], timeout_s: float) -> str | None:
        """Wait for the end of a cell, of its time, or of its kernel, which a server need not tell; return that loss."""
        loop = asyncio.get_running_loop()
        deadline, look_s = loop.time() + timeout_s, _FIRST_LOOK_S
        while True:
            left_s = deadline - loop.time()
            waited = {listening, cell.is_too_much}
            done, _ = await asyncio.wait(waited, timeout=min(look_s, left_s), return_when="FIRST_COMPLETED")
            if done or left_s <= look_s:
                return None
            if not await has_kernel(self._info, self._id):
                return GONE
            look_s = _LOOK_S

    async def _stop_cell(self, listening: asyncio.Future[Any]) -> str | None:
        """Interrupt the cell; restart the kernel if it does not end; return why variables are lost, if they are."""
        try:
            await ask(self._info, "POST", path_of(self._id, "interrupt"))
        except CodeServerFailed as error:
            if error.status is None:
                raise
        await asyncio.wait({listening}, timeout=_GRACE_S)
        if listening.done():
            return None
        await ask(self._info, "POST", path_of(self._id, "restart"))
        return "it did not heed the interrupt"

    async def _listen(self, cell: Cell, request: str) -> Any:
        """Take in messages up to the reply; return its content, or a sentence on why there will be none."""
        reply: Any = None
        is_idle = False
        while reply is None or not is_idle:  # they come by different ways, in either order
            message = _read(await self._line.recv())
            kind, content = message["header"].get("msg_type"), message["content"]
            state = content.get("execution_state") if kind == "status" else None
            if state in _ENDED:
                return "the kernel ended"
            if message["parent_header"].get("msg_id") != request:
                continue
            if kind == "execute_reply":
                reply = content
            is_idle = is_idle or state == "idle"
            self._hear(cell, str(kind), content)
        return reply

    def _hear(self, cell: Cell, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream":
            cell.printed(str(content.get("text", "")).encode("utf-8", "replace"))
        elif "data" in content:
            self._shown += 1
            cell.printed(self._marks.template.replace("*", str(self._shown)).encode())
            cell.heard(kind, content, {"mark": self._shown})

    def _question(self, code: str, request: str) -> dict[str, Any]:
        header = {"msg_id": request, "msg_type": "execute_request", "session": self._session, "username": "",
                  "version": "5.3", "date": ""}  # fmt: skip
        content: dict[str, Any] = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
                   "stop_on_error": False}  # fmt: skip
        return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell",
                "buffers": []}  # fmt: skip


def _closed() -> type[BaseException]:
    from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded by now

    return ConnectionClosed


def _without_redirects(connect: Any) -> Any:
    """Return a connector that goes nowhere else: the token is for this server."""

    class Here(connect):
        def process_redirect(self, exc: Exception) -> Exception:
            """Refuse."""
            return exc

    return Here


def _read(data: str | bytes) -> dict[str, Any]:
    """Return a message, all of whose parts are there, whatever was sent."""
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    message = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    parts = ("header", "parent_header", "content")
    return {part: message[part] if isinstance(message.get(part), dict) else {} for part in parts}
