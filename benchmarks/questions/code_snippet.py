"""What does it cost to run one small Python program, as an executor runs a model's code?

The floor is a bare interpreter: no sandbox, no limits, no saved file. Ours runs in its default sandbox, and in a second
case as a bare process, with the limits and the saved file; the peers run on the bare machine. Wall-clock time of one
program, one after the other, the first uncounted: the median, and the least, which a busy machine disturbs less. Run by
root, ours also gives up root's rights first.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

FLOOR = "floor_loop"
_METRICS = (Metric("wall_ms", "wall clock", "ms"), Metric("least_ms", "least wall clock", "ms"))
CASES = (
    Case("one-shot Python program", {"programs": 30, "bare": 0}, _METRICS),
    Case("the same, ours without its sandbox", {"programs": 30, "bare": 1}, _METRICS),
)
_PROGRAM = "print('hi')"


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return ms for one program."""
    with tempfile.TemporaryDirectory() as work_dir:
        run = await (_ours_bare if contender == "ours" and sizes["bare"] else _EXECUTORS[contender])(work_dir)
        took: list[float] = []
        for _ in range(sizes["programs"] + 1):
            began = time.perf_counter()
            output = await run()
            took.append(time.perf_counter() - began)
            assert "hi" in output
    return {"wall_ms": 1e3 * statistics.median(took[1:]), "least_ms": 1e3 * min(took[1:])}


async def _bare(work_dir: str) -> Callable[[], Awaitable[str]]:
    async def run() -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _PROGRAM, cwd=work_dir, stdout=asyncio.subprocess.PIPE
        )
        return (await process.communicate())[0].decode()

    return run


async def _ours_bare(work_dir: str) -> Callable[[], Awaitable[str]]:
    return await _ours(work_dir, sandbox="none", accept_no_isolation=True)


async def _ours(work_dir: str, **options: Any) -> Callable[[], Awaitable[str]]:
    from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor  # noqa: PLC0415 - each has its own packages

    executor = LocalCommandLineCodeExecutor(work_dir=work_dir, **options)

    async def run() -> str:
        return (await executor.a_execute_code_blocks([CodeBlock(_PROGRAM, "python")])).output

    return run


async def _classic(work_dir: str) -> Callable[[], Awaitable[str]]:
    coding: Any = import_module("autogen.coding")
    executor = coding.LocalCommandLineCodeExecutor(work_dir=work_dir)

    async def run() -> str:
        return executor.execute_code_blocks([coding.CodeBlock(code=_PROGRAM, language="python")]).output

    return run


async def _agentchat(work_dir: str) -> Callable[[], Awaitable[str]]:
    core: Any = import_module("autogen_core")
    block: Any = import_module("autogen_core.code_executor").CodeBlock(code=_PROGRAM, language="python")
    local: Any = import_module("autogen_ext.code_executors.local")
    executor, token = local.LocalCommandLineCodeExecutor(work_dir=work_dir), core.CancellationToken()

    async def run() -> str:
        return (await executor.execute_code_blocks([block], token)).output

    return run


_EXECUTORS: dict[str, Callable[[str], Awaitable[Callable[[], Awaitable[str]]]]] = {
    "floor_loop": _bare,
    "ours": _ours,
    "peer_classic": _classic,
    "peer_agentchat": _agentchat,
}
