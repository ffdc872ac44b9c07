"""Kernels and containers for tests: a new one takes half a second, so one that is idle goes to the next test."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from autogen.coding.containers.executor import ContainerCodeExecutor
from autogen.coding.kernels.executor import KernelCodeExecutor
from tests.coding.container_engine import IMAGE, before_it_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager

ExecutorT = TypeVar("ExecutorT", KernelCodeExecutor, ContainerCodeExecutor)
_TOP = Path(tempfile.gettempdir()) / f"autogen-shared-{os.getpid()}"
_idle: dict[str, list[Any]] = {}


def shared_kernel(name: str = "work", **options: Any) -> AbstractContextManager[tuple[KernelCodeExecutor, Path]]:
    """Open a kernel in a directory of its own, which is empty; its variables are those of earlier tests."""
    return _shared(KernelCodeExecutor, f"kernels/{name}", options)


def shared_container(name: str = "work", **options: Any) -> AbstractContextManager[tuple[ContainerCodeExecutor, Path]]:
    """Open an executor whose work dir is empty; what lies in its container's `/tmp` is of earlier tests."""
    return _shared(_container, f"containers/{name}", options)


def _end_idle_containers() -> None:
    for name in [name for name in _idle if name.startswith("containers/")]:
        for executor in _idle.pop(name):
            executor.stop()


before_it_ends.append(_end_idle_containers)


def _container(**options: Any) -> ContainerCodeExecutor:
    return ContainerCodeExecutor(IMAGE, **options)


@contextmanager
def _shared(make: Callable[..., ExecutorT], name: str, options: dict[str, Any]) -> Generator[tuple[ExecutorT, Path]]:
    directory = _TOP / name
    if not _TOP.exists():
        _TOP.mkdir()
        atexit.register(_end)
    directory.mkdir(exist_ok=True, parents=True)
    idle = _idle.setdefault(f"{name} {options}", [])
    executor: ExecutorT = idle.pop() if idle else make(work_dir=directory, **options)
    try:
        yield executor, directory
    finally:
        if not name.endswith("/work") or options.keys() - {"timeout"}:
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
