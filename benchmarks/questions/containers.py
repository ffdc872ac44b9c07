"""What does code in a container cost: to make one and run a first program, and to run a program in the one that is there?

The floor is the Docker SDK alone, asked for the least: a container that sleeps, and `exec` of the same program, without
limits, a saved file, a filter or an end for what the program leaves behind. It asks the engine that `DOCKER_HOST` names, or
a private Podman that `scripts/container-engine` starts; for ours, that includes finding the engine, which takes a process
once. Wall-clock time, one after the other, the first of each uncounted.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping

FLOOR = "floor_loop"
CASES = (
    Case(
        "container",
        {"containers": 8, "programs": 15},
        (
            Metric("first_ms", "make, start and run a first program", "ms"),
            Metric("program_ms", "run a further program", "ms"),
        ),
        runs=3,
    ),
)
_IMAGE = "localhost/autogen-python"
_SCRIPT = Path(__file__).resolve().parents[2] / "scripts/container-engine"
_PROGRAM = "print('hi')"


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return ms for a first program in a new container, and for a further one."""
    if contender not in _WAYS:
        return {}
    first: list[float] = []
    further: list[float] = []
    with _engine(), _open_directory() as work_dir:
        for number in range(sizes["containers"] + 1):
            began = time.perf_counter()
            run, end = await _WAYS[contender](work_dir)
            assert "hi" in await run()
            first.append(time.perf_counter() - began)
            for _ in range(sizes["programs"] if number == 1 else 0):
                began = time.perf_counter()
                assert "hi" in await run()
                further.append(time.perf_counter() - began)
            await end()
    return {"first_ms": 1e3 * statistics.median(first[1:]), "program_ms": 1e3 * statistics.median(further)}


@contextmanager
def _open_directory() -> Generator[str]:
    with tempfile.TemporaryDirectory() as work_dir:
        Path(work_dir).chmod(0o777)
        yield work_dir


@contextmanager
def _engine() -> Generator[None]:
    if os.environ.get("DOCKER_HOST"):
        yield
        return
    directory = tempfile.mkdtemp(prefix="autogen-bench-", dir="/tmp")
    try:
        told = subprocess.run([sys.executable, _SCRIPT, "start", directory], check=True, capture_output=True, text=True)
        os.environ["DOCKER_HOST"] = told.stdout.strip()
        yield
    finally:
        subprocess.run([sys.executable, _SCRIPT, "stop", directory], check=True, capture_output=True)


async def _bare(work_dir: str) -> tuple[Callable[[], Awaitable[str]], Callable[[], Awaitable[None]]]:
    docker: Any = import_module("docker")
    client = docker.from_env()
    options: dict[str, Any] = {"volumes": {work_dir: {"bind": "/workspace", "mode": "rw"}}, "network_mode": "none"}
    container = await asyncio.to_thread(client.containers.run, _IMAGE, ["sleep", "600"], detach=True, **options)

    async def run() -> str:
        done = await asyncio.to_thread(container.exec_run, ["python3", "-c", _PROGRAM])
        return "hi" if done.exit_code == 0 else ""  # what it prints may be lost: Podman 4 attaches too late

    async def end() -> None:
        await asyncio.to_thread(container.remove, force=True)

    return run, end


async def _ours(work_dir: str) -> tuple[Callable[[], Awaitable[str]], Callable[[], Awaitable[None]]]:
    from autogen.coding import CodeBlock, ContainerCodeExecutor  # noqa: PLC0415 - each has its own packages

    executor = ContainerCodeExecutor(_IMAGE, work_dir=work_dir)

    async def run() -> str:
        return (await executor.a_execute_code_blocks([CodeBlock(_PROGRAM, "python")])).output

    return run, executor.a_stop


_WAYS: dict[str, Callable[[str], Awaitable[tuple[Callable[[], Awaitable[str]], Callable[[], Awaitable[None]]]]]] = {
    "floor_loop": _bare,
    "ours": _ours,
}
