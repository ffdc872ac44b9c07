"""Python that keeps its variables from block to block, in a sandbox: the executor around a kernel."""

from __future__ import annotations

import asyncio
import re
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autogen.coding.artefacts import ArtefactCaps, Collected, Collector, tell_left_out
from autogen.coding.kernels.keeper import KernelKeeper
from autogen.coding.kernels.wire import require_libraries
from autogen.coding.kernels.wording import IPythonCodeResult, Saver, tell
from autogen.coding.languages import language_of, quiet_pip
from autogen.coding.local import LocalCommandLineCodeExecutor
from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor
from autogen.coding.places.place import Caps
from autogen.core.sync import on_background_loop, start_on_background_loop, sync_of
from autogen.core.twins import Twins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.coding.executor import CodeBlock, CodeExtractor, CodeResult
    from autogen.coding.places.place import Place

LOST = "The kernel was restarted, and all variables of earlier blocks are lost"
_PYTHON = {"python", "ipython", ""}
_MAGIC_PIP = re.compile(r"^(\s*%pip install)(?! -qqq)", re.MULTILINE)


class KernelCodeExecutor(Twins):
    """Runs Python blocks in one process that keeps their variables (ipykernel), in the sandbox; shell blocks beside it.

    The process starts at the first block, and anew after it was killed, died or was restarted; the model is told when
    variables are lost. Executions queue: agents that share an executor share its variables. Needs the extra `jupyter`.

    Args:
        timeout: seconds for each block; then it is interrupted, and killed only if it does not heed that.
        work_dir: where the code runs and leaves its files.
        output_dir: where pictures and tables are saved that the code shows; by default the work dir.
        warm: start the process now, and a new one at once when it is gone, instead of at the next block.
        rerun_recorded: in a run that is resumed, run the recorded blocks again before the first new one, to have their
            variables back. Give it only if that does no harm.
        options: further keywords of `LocalCommandLineCodeExecutor`: `sandbox`, `network`, `environment`, `caps`, …

    Raises:
        MissingExtra: jupyter-client is not installed.
        ValueError: as for `LocalCommandLineCodeExecutor`.
    """

    def __init__(
        self,
        timeout: int = 60,
        work_dir: Path | str = ".",
        *,
        output_dir: Path | str | None = None,
        warm: bool = False,
        rerun_recorded: bool = False,
        **options: Any,
    ) -> None:
        require_libraries()
        self._programs = LocalCommandLineCodeExecutor(timeout=timeout, work_dir=work_dir, **options)
        self._output_dir = Path(output_dir) if output_dir is not None else None
        caps, self._artefact_caps = options.get("caps") or Caps(), options.get("artefact_caps") or ArtefactCaps()
        self._reruns, self._recorded = rerun_recorded, list[str]()
        self._keeper = KernelKeeper(self._programs, caps, is_warm=warm)
        weakref.finalize(self, self._keeper.kill)
        if warm:
            start_on_background_loop(self._keeper.warm)

    @property
    def timeout(self) -> int:
        """Seconds for each block."""
        return self._programs.timeout

    @property
    def work_dir(self) -> Path:
        """The work dir, as it was given."""
        return self._programs.work_dir

    @property
    def code_extractor(self) -> CodeExtractor:
        """How blocks are found in a message."""
        return MarkdownCodeExtractor()

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> IPythonCodeResult:
        """Run the blocks in order, stopping at the first that fails; variables are those of the blocks before.

        Code that fails, is stopped or is in an unknown language is an ordinary result, with words for the model.

        Raises:
            SandboxUnavailable: nothing here can contain the code; names the ways out.
            CodeError: the kernel could not be started.
        """
        place = await self._programs.find_place()
        result, collected = await on_background_loop(self._execute, place, code_blocks)
        tell_left_out(collected)
        return result

    execute_code_blocks = sync_of(a_execute_code_blocks)

    async def a_restart(self) -> None:
        """Forget all variables: the next block gets a new process."""
        self._recorded.clear()
        await on_background_loop(self._keeper.restart)

    restart = sync_of(a_restart)

    async def a_interrupt(self) -> None:
        """Interrupt the block that runs now, from another task or thread; its variables are kept."""
        await on_background_loop(self._keeper.interrupt)

    interrupt = sync_of(a_interrupt)

    async def a_warm(self) -> None:
        """Start the process now if there is none, and return once it can run code.

        Raises:
            SandboxUnavailable: nothing here can contain the code; names the ways out.
            CodeError: it could not be started.
        """
        await on_background_loop(self._keeper.warm)

    warm = sync_of(a_warm)

    async def a_stop(self) -> None:
        """End the process, and return once it is gone."""
        await on_background_loop(self._keeper.stop)

    stop = sync_of(a_stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.a_stop()

    def note_recorded(self, code_blocks: Sequence[CodeBlock], result: CodeResult) -> None:
        """Take note of blocks whose result came from a record: they did not run here, and set no variables."""
        self._recorded += [prepared(block.code) for block in code_blocks if _is_python(block) and not result.exit_code]

    async def _execute(self, place: Place, code_blocks: list[CodeBlock]) -> tuple[IPythonCodeResult, Collected]:
        result = IPythonCodeResult(0, "", place=place.name)
        if not code_blocks:
            return result, Collected((), ())
        directory = self._programs.command(place, ()).work_dir
        async with self._keeper.turn:
            saver = Saver(self._output_dir or directory)
            collector = await asyncio.to_thread(Collector, directory, self._artefact_caps)
            for block in code_blocks:
                result.exit_code, output = await self._run_block(place, block, saver)
                result.output += output
                if result.exit_code != 0:
                    break
            result.output_files = saver.files
            collected = await asyncio.to_thread(collector.collect)
        listed = {artefact.path for artefact in collected.artefacts}
        elsewhere = tuple(artefact for artefact in saver.artefacts if artefact.path not in listed)
        result.artefacts = (*collected.artefacts, *elsewhere)
        return result, collected

    async def _run_block(self, place: Place, block: CodeBlock, saver: Saver) -> tuple[int, str]:
        if not _is_python(block):
            done = await self._programs.a_execute_code_blocks([block])
            return done.exit_code, done.output
        note = await self._made_up_for()
        outcome = await self._keeper.run(prepared(block.code), self.timeout)
        lost = "" if outcome.lost is None else f"{LOST}: {outcome.lost}.\n"
        hint = self._programs.note_on_network(place, outcome.error) if outcome.error else ""
        return outcome.exit_code, note + tell(outcome, saver) + hint + lost

    async def _made_up_for(self) -> str:
        """Make up for variables that are gone, if the user allows it; return a note for the model, if they stay gone."""
        loss = await self._keeper.loss()
        recorded, self._recorded = self._recorded, []
        if recorded and not self._keeper.has_variables:
            loss = loss or "this conversation was resumed"
            if self._reruns:
                outcomes = [await self._keeper.run(code, self.timeout) for code in recorded]
                loss = "" if all(outcome.exit_code == 0 for outcome in outcomes) else loss
        return f"Note: {LOST}: {loss}.\n" if loss else ""


def _is_python(block: CodeBlock) -> bool:
    return language_of(block.language) in _PYTHON


def prepared(code: str) -> str:
    """Return a block as it is sent: its `pip install` lines made quiet, and lone surrogates, which have no bytes, replaced."""
    return _MAGIC_PIP.sub(r"\1 -qqq", quiet_pip(code, "python")).encode("utf-8", "replace").decode()
