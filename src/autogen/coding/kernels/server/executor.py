"""Code in a kernel of a Jupyter server: the executor around a line to it."""

from __future__ import annotations

import contextlib
import os
import re
import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autogen.coding.kernels.executor import LOST, prepared
from autogen.coding.kernels.server.asking import has_kernel
from autogen.coding.kernels.server.channel import GONE, JupyterKernelClient
from autogen.coding.kernels.server.client import JupyterClient
from autogen.coding.kernels.server.connection import JupyterConnectionInfo
from autogen.coding.kernels.wording import IPythonCodeResult, Saver, tell
from autogen.coding.languages import language_of
from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor
from autogen.core.one_at_a_time import OneAtATime
from autogen.core.sync import on_background_loop, sync_of
from autogen.core.twins import Twins
from autogen.errors import CodeServerFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.coding.executor import CodeBlock, CodeExtractor, CodeResult
    from autogen.coding.kernels.server.connection import JupyterConnectable
    from autogen.coding.places.place import Caps

_SHELLS = {"sh": "sh", "bash": "bash", "shell": "sh", "zsh": "zsh"}
_PYTHON = {"python", "ipython", ""}
_EXIT_STATUS = re.compile(r"CalledProcessError: .* returned non-zero exit status (\d+)\.\s*\Z", re.DOTALL)
_END_S = 3.0


class JupyterCodeExecutor(Twins):
    """Runs blocks in a kernel of a Jupyter server; its variables live from block to block.

    What the code may do there, the server decides; here, only what is shown is saved. The kernel is started at once, and
    deleted at the end of this object or of the program.

    Args:
        jupyter_server: a server (`LocalJupyterServer(…)`, a `JupyterConnectionInfo`, or whoever has a `connection_info`).
        kernel_name: which of the server's kernels.
        timeout: seconds for each block; then it is interrupted.
        output_dir: where pictures and tables are saved that the code shows.
        caps: bounds on what is kept of the output.
        rerun_recorded: as for `KernelCodeExecutor`.

    Raises:
        ValueError: a timeout below 1, no such directory, or no such kernel on the server.
        CodeServerFailed: the server is away or refuses.
    """

    def __init__(
        self,
        jupyter_server: JupyterConnectable | JupyterConnectionInfo,
        kernel_name: str = "python3",
        timeout: int = 60,
        output_dir: Path | str = ".",
        *,
        caps: Caps | None = None,
        rerun_recorded: bool = False,
    ) -> None:
        if timeout < 1:
            raise ValueError("Timeout must be greater than or equal to 1.")
        if not Path(output_dir).is_dir():
            raise ValueError(f"Output directory {output_dir} does not exist.")
        given: object = getattr(jupyter_server, "connection_info", jupyter_server)
        if not isinstance(given, JupyterConnectionInfo):
            raise ValueError(  # noqa: TRY004 - as in the classic
                f"jupyter_server must be a JupyterConnectionInfo or have a connection_info, not {jupyter_server!r}"
            )
        self._timeout, self._output_dir, self._kernel_name = timeout, Path(output_dir), kernel_name
        self._info, self._client, self._caps = given, JupyterClient(given), caps
        self._reruns, self._recorded, self._has_run = rerun_recorded, list[str](), False
        self._turn = OneAtATime()
        known = self._client.list_kernel_specs().get("kernelspecs", {})
        if kernel_name not in known:
            raise ValueError(
                f"Kernel {kernel_name} is not installed on the server (there: {', '.join(known) or 'none'})."
            )
        self._held = {"process": str(os.getpid())}
        self._line: JupyterKernelClient | None = None
        weakref.finalize(self, _delete, given, self._held)
        self._held["id"] = self._client.start_kernel(kernel_name)

    @property
    def timeout(self) -> int:
        """Seconds for each block."""
        return self._timeout

    @property
    def code_extractor(self) -> CodeExtractor:
        """How blocks are found in a message."""
        return MarkdownCodeExtractor()

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> IPythonCodeResult:
        """Run the blocks in order, stopping at the first that fails; variables are those of the blocks before.

        Raises:
            CodeServerFailed: the server is away, refuses, or has broken off.
        """
        return await on_background_loop(self._execute, code_blocks)

    execute_code_blocks = sync_of(a_execute_code_blocks)

    async def a_restart(self) -> None:
        """Forget all variables."""
        self._recorded.clear()
        await self._client.a_restart_kernel(self._held["id"])
        if self._line is not None:
            await self._line.a_stop()
        self._has_run = False

    restart = sync_of(a_restart)

    async def a_interrupt(self) -> None:
        """Interrupt the block that runs now; its variables are kept."""
        await self._client.a_interrupt_kernel(self._held["id"])

    interrupt = sync_of(a_interrupt)

    async def a_stop(self) -> None:
        """Delete the kernel."""
        if self._line is not None:
            await self._line.a_stop()
        kernel_id = self._held.pop("id", None)
        if kernel_id is not None:
            with contextlib.suppress(CodeServerFailed):
                await self._client.a_delete_kernel(kernel_id)

    stop = sync_of(a_stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def note_recorded(self, code_blocks: Sequence[CodeBlock], result: CodeResult) -> None:
        """Take note of blocks whose result came from a record: they did not run here, and set no variables."""
        self._recorded += [_cell(block) or "" for block in code_blocks if not result.exit_code]

    async def _execute(self, code_blocks: list[CodeBlock]) -> IPythonCodeResult:
        result = IPythonCodeResult(0, "", place=f"Jupyter server at {self._info.address}")
        saver = Saver(self._output_dir)
        async with self._turn:
            for block in code_blocks:
                result.exit_code, output = await self._run_block(block, saver)
                result.output += output
                if result.exit_code != 0:
                    break
        result.output_files, result.artefacts = saver.files, saver.artefacts
        return result

    async def _run_block(self, block: CodeBlock, saver: Saver) -> tuple[int, str]:
        cell = _cell(block)
        if cell is None:
            return 1, f"\nunknown language {block.language}"
        line, note = await self._ready()
        outcome = await line.a_run_cell(cell, self._timeout)
        if cell.startswith("%%") and (failed := _EXIT_STATUS.search(outcome.error)):
            outcome = replace(outcome, exit_code=int(failed[1]), error="")
        lost = "" if outcome.lost is None else f"{LOST}: {outcome.lost}.\n"
        self._has_run = outcome.lost is None
        return outcome.exit_code, note + tell(outcome, saver) + lost

    async def _ready(self) -> tuple[JupyterKernelClient, str]:
        """Return a line to the kernel, and a note for the model if its variables are not what it thinks."""
        loss = await self._connect()
        assert self._line is not None
        recorded, self._recorded = self._recorded, []
        if recorded and not self._has_run:
            loss = loss or "this conversation was resumed"
            if self._reruns:
                outcomes = [await self._line.a_run_cell(cell, self._timeout) for cell in recorded]
                loss = "" if all(outcome.exit_code == 0 for outcome in outcomes) else loss
        self._has_run = True
        return self._line, f"Note: {LOST}: {loss}.\n" if loss else ""

    async def _connect(self) -> str:
        """Connect if need be, to a new kernel if the old one is gone; return why, in that case."""
        loss = ""
        if self._held["process"] != str(os.getpid()):  # forked off: the line, and the kernel, are its parent's
            self._line, loss = None, "this is another process" if self._has_run else ""
            self._held.pop("id", None)
            self._held["process"] = str(os.getpid())
        if self._line is not None and self._line.is_open:
            return ""
        kernel_id = self._held.get("id")
        if kernel_id is not None and not await has_kernel(self._info, kernel_id):
            kernel_id, loss = None, GONE if self._has_run else ""
        if kernel_id is None:
            self._held["id"] = kernel_id = await self._client.a_start_kernel(self._kernel_name)
            self._has_run = False
        self._line = JupyterKernelClient(self._info, kernel_id, self._caps)
        await self._line.a_connect()
        return loss


def _cell(block: CodeBlock) -> str | None:
    """Return what a kernel of IPython runs for a block; `None` if it cannot."""
    language = language_of(block.language)
    if language in _PYTHON:
        return prepared(block.code)
    return f"%%{_SHELLS[language]}\n{block.code}" if language in _SHELLS else None


def _delete(info: JupyterConnectionInfo, held: dict[str, str]) -> None:
    """Delete the kernel as the program ends, or this object does, without a loop; what fails is left to the server."""
    kernel_id: Any = held.pop("id", None)
    if kernel_id is None or held["process"] != str(os.getpid()):
        return
    import httpx2  # noqa: PLC0415 - heavy, and only for servers

    with contextlib.suppress(httpx2.HTTPError):
        httpx2.delete(f"{info.address}/api/kernels/{kernel_id}", headers=info.headers, timeout=_END_S,
                      verify=info.use_https, trust_env=not info.is_here)  # fmt: skip
