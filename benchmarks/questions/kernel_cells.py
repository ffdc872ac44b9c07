"""What does a cell cost in a Python process that keeps its variables: a round trip, an interrupt, the first one?

The floor is a bare ipykernel, asked by jupyter_client. Ours is the same kernel in the sandbox, with caps, with its output
read from a pipe, and with a look at the work dir before and after each cell. Wall-clock time, one after the other; the
median of many cells, the first uncounted. The first cell is asked of a kernel that was started beforehand.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

FLOOR = "floor_loop"
CASES = (
    Case(
        "cell in a kernel",
        {"cells": 100, "interrupts": 5},
        (
            Metric("first_ms", "first one, warm", "ms"),
            Metric("cell_ms", "round trip", "ms"),
            Metric("interrupt_ms", "interrupt to result", "ms"),
        ),
    ),
)
_CELL = "print('hi')"
_ENDLESS = "import pathlib, time\npathlib.Path('ready').touch()\ntime.sleep(600)"


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return ms for a first cell, a cell and an interrupt; nothing for those who have no kernel."""
    if contender not in _KERNELS:
        return {}
    with tempfile.TemporaryDirectory() as work_dir:
        run, interrupt, stop = await _KERNELS[contender](work_dir)
        first_ms = await _timed(run)
        took = [await _timed(run) for _ in range(sizes["cells"])]
        interrupted = [await _interrupted(run, interrupt, Path(work_dir)) for _ in range(sizes["interrupts"] + 1)]
        await stop()
    return {
        "first_ms": first_ms,
        "cell_ms": statistics.median(took),
        "interrupt_ms": statistics.median(interrupted[1:]),
    }


async def _timed(run: Callable[[str], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await run(_CELL)
    return 1e3 * (time.perf_counter() - began)


async def _interrupted(
    run: Callable[[str], Awaitable[Any]], interrupt: Callable[[], Awaitable[Any]], work_dir: Path
) -> float:
    cell = asyncio.ensure_future(run(_ENDLESS))
    while not (work_dir / "ready").exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.001)
    (work_dir / "ready").unlink()
    began = time.perf_counter()
    await interrupt()
    await cell
    return 1e3 * (time.perf_counter() - began)


async def _bare(work_dir: str) -> Any:
    from jupyter_client.manager import start_new_async_kernel  # noqa: PLC0415 - each has its own packages

    manager, client = await start_new_async_kernel(
        cwd=work_dir, env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    )

    async def run(code: str) -> None:
        await client.execute_interactive(code, output_hook=lambda _: None, timeout=60)

    async def stop() -> None:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)

    return run, manager.interrupt_kernel, stop


async def _ours(work_dir: str) -> Any:
    from autogen.coding import CodeBlock, KernelCodeExecutor  # noqa: PLC0415 - each has its own packages

    executor = KernelCodeExecutor(work_dir=work_dir)
    await executor.a_warm()

    async def run(code: str) -> None:
        await executor.a_execute_code_blocks([CodeBlock(code, "python")])

    return run, executor.a_interrupt, executor.a_stop


_KERNELS = {"floor_loop": _bare, "ours": _ours}
