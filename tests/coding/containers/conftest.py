"""A container engine, and executors in its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from autogen.coding import CodeBlock, CommandLineCodeResult, ContainerCodeExecutor
from tests.coding.container_engine import IMAGE, container_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["container_engine"]


class Make(Protocol):
    """Makes an executor in the test's work dir; it is stopped at the end."""

    def __call__(self, **options: Any) -> ContainerCodeExecutor: ...


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[ContainerCodeExecutor] = []

    def one(**options: Any) -> ContainerCodeExecutor:
        settings: dict[str, Any] = {"image": IMAGE, "timeout": 20, "work_dir": tmp_path / "work", **options}
        made.append(ContainerCodeExecutor(**settings))
        return made[-1]

    yield one
    for executor in made:
        executor.stop()


def run(executor: ContainerCodeExecutor, code: str, language: str = "python") -> CommandLineCodeResult:
    return executor.execute_code_blocks([CodeBlock(code, language)])
