"""Environments made beforehand: from a list of packages, kept by what is in them, apart from this process's own."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.coding.environments.installers import install
from autogen.coding.environments.requirements import checked
from autogen.core.sync import sync_of
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

_FORMAT = 1
_USUAL_INDEX = "https://pypi.org/simple"
_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "PIP_INDEX_URL", "UV_INDEX_URL")
_READY = "environment.json"
_ASK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class PreparedEnvironment:
    """A Python environment for code: `LocalCommandLineCodeExecutor(virtual_env_context=environment)`.

    Args:
        env_dir: where it lies.
        env_exe: its interpreter.
        packages: what was asked for.
        lock: what is in it: versions and SHA-256 hashes, in the format of pip's requirements files.
        roots: further directories that it reads: those of the environment that it stands upon.
    """

    env_dir: str
    env_exe: str
    packages: tuple[str, ...]
    lock: str
    roots: tuple[Path, ...] = ()


async def a_prepare_environment(
    packages: Iterable[str],
    *,
    python: str | None = None,
    index: str | None = None,
    cache: Path | str | None = None,
    upon: Iterable[Path] = (),
) -> PreparedEnvironment:
    """Make an environment with these packages, or return the one that was made before; it needs the network once.

    The packages come from one index, as wheels, their hashes kept. This process's own environment is not touched.

    Args:
        packages: names, with versions if they matter: "pandas", "scikit-learn>=1.5,<2".
        python: the interpreter that it is made for; by default the one of this process.
        index: where packages come from; by default what `UV_DEFAULT_INDEX` or `PIP_INDEX_URL` says, or PyPI.
        cache: where environments are kept; by default `autogen/environments` in the user's cache directory.
        upon: directories of modules that are there as well, behind the packages.

    Raises:
        ValueError: something in the list is no package of an index.
        CodeError: a package cannot be had, or the environment not made; the words of uv or pip.
    """
    wanted = checked(packages)
    python = python or sys.executable
    source = index or next(filter(None, map(os.environ.get, _INDEX_VARIABLES)), _USUAL_INDEX)
    beneath = tuple(map(str, upon))
    directory = _directory(cache, (wanted, python, source, beneath))
    async with _alone(directory):
        found = _kept(directory)
        if found is None:
            found = await _made(directory, wanted, (python, source), beneath)
    return PreparedEnvironment(str(directory), str(directory / "bin/python"), wanted, found["lock"], tuple(upon))


prepare_environment = sync_of(a_prepare_environment)


async def _made(directory: Path, packages: tuple[str, ...], origin: tuple[str, str], beneath: tuple[str, ...]) -> Any:
    """Make the environment; whatever comes in between, no half of one is left."""
    python, source = origin
    shutil.rmtree(directory, ignore_errors=True)
    is_made = False
    try:
        lock = await install(packages, directory, python, source)
        _lay_upon(directory, beneath)
        facts = {"packages": packages, "index": source, "python": python, "upon": beneath, "lock": lock}
        (directory / "making.json").write_text(json.dumps(facts, indent=1))
        (directory / "making.json").replace(directory / _READY)
        is_made = True
    except CodeError as error:
        raise CodeError(f"No environment could be made with {', '.join(packages)}: {error}") from error
    finally:
        if not is_made:
            shutil.rmtree(directory, ignore_errors=True)
    return facts


def _directory(cache: Path | str | None, origin: tuple[tuple[str, ...], str, str, tuple[str, ...]]) -> Path:
    """Return where an environment of this origin is kept: the same one always in the same place."""
    packages, python, source, beneath = origin
    facts = (_FORMAT, packages, os.path.realpath(python), platform.machine(), source, beneath)
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    directory = Path(cache or Path(base) / "autogen/environments").absolute() / key
    directory.parent.mkdir(parents=True, exist_ok=True)
    return directory


def _lay_upon(directory: Path, beneath: tuple[str, ...]) -> None:
    for modules in directory.glob("lib/python*/site-packages"):
        (modules / "upon.pth").write_text("".join(f"{path}\n" for path in beneath))


def _kept(directory: Path) -> Any:
    """Return the facts of an environment that is there and whole, or `None`."""
    try:
        facts = json.loads((directory / _READY).read_text())
    except (OSError, ValueError):
        return None
    return facts if (directory / "bin/python").exists() else None


@asynccontextmanager
async def _alone(directory: Path) -> AsyncGenerator[None]:
    """Wait until no other process makes this environment."""
    lock = os.open(directory.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        while not _is_taken(lock):  # noqa: ASYNC110 - what other processes do is no event
            await asyncio.sleep(_ASK_AGAIN_S)
        yield
    finally:
        os.close(lock)


def _is_taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
