"""Kernels for tests: a new one takes half a second, so one that is idle goes to the next test."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.coding.kernels.executor import KernelCodeExecutor

if TYPE_CHECKING:
    from collections.abc import Generator

_TOP = Path(tempfile.gettempdir()) / f"autogen-kernels-{os.getpid()}"
_idle: dict[str, list[KernelCodeExecutor]] = {}


@contextmanager
def shared_kernel(name: str = "work", **options: Any) -> Generator[tuple[KernelCodeExecutor, Path]]:
    """Open a kernel in a directory of its own, which is empty; its variables are those of earlier tests."""
    directory = _TOP / name
    if not _TOP.exists():
        _TOP.mkdir()
        atexit.register(_end)
    directory.mkdir(exist_ok=True)
    idle = _idle.setdefault(f"{name} {options}", [])
    executor = idle.pop() if idle else KernelCodeExecutor(work_dir=directory, **options)
    try:
        yield executor, directory
    finally:
        if name != "work" or options.keys() - {"timeout"}:
            executor.stop()
        else:
            idle.append(executor)
        _clear(directory)


def _clear(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _end() -> None:
    for executor in (executor for idle in _idle.values() for executor in idle):
        executor.stop()
    shutil.rmtree(_TOP, ignore_errors=True)
