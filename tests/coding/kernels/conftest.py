"""A kernel for each test: one that an earlier test has left, where that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from autogen.coding import CodeBlock
from autogen.coding.kernels.executor import KernelCodeExecutor
from tests.coding.opening import shared_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autogen.coding.kernels.wording import IPythonCodeResult


class Lab(NamedTuple):
    """A kernel and its work dir."""

    executor: KernelCodeExecutor
    work_dir: Path

    def run(self, *programs: str, language: str = "python") -> IPythonCodeResult:
        return self.executor.execute_code_blocks([CodeBlock(program, language) for program in programs])

    async def a_run(self, *programs: str) -> IPythonCodeResult:
        return await self.executor.a_execute_code_blocks([CodeBlock(program, "python") for program in programs])

    def says(self, program: str) -> str:
        result = self.run(program)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def kernel() -> Iterator[Lab]:
    """A kernel that may have run other tests' code."""
    with shared_kernel() as (executor, work_dir):
        yield Lab(executor, work_dir)


@pytest.fixture
def hasty_kernel() -> Iterator[Lab]:
    """A kernel whose blocks may take a second."""
    with shared_kernel(timeout=1) as (executor, work_dir):
        yield Lab(executor, work_dir)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """Kernels of this test alone."""
    made: list[KernelCodeExecutor] = []

    def make_one(**options: Any) -> Lab:
        work_dir = tmp_path / "work"
        work_dir.mkdir(exist_ok=True)
        made.append(KernelCodeExecutor(work_dir=work_dir, **options))
        return Lab(made[-1], work_dir)

    yield make_one
    for executor in made:
        executor.stop()
