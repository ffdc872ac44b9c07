"""The two programs that make an environment: uv if it is there, otherwise venv and pip.

Both resolve the list first and keep the hashes of what they found; then they install exactly that. Only wheels are
installed: a source archive would run its own code, outside of any sandbox.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_S = 900.0
_TOLD_LINES = 12
_NOT_PASSED_ON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_TARGET", "PIP_PREFIX", "PIP_USER",
                  "PIP_REQUIRE_VIRTUALENV", "UV_TARGET", "UV_PROJECT_ENVIRONMENT", "__PYVENV_LAUNCHER__")  # fmt: skip


async def install(packages: Sequence[str], directory: Path, python: str, index: str) -> str:
    """Make an environment with the packages, and return what is in it: versions and hashes, as pip reads them.

    Raises:
        CodeError: it cannot be made; the words of the program.
    """
    uv = find_uv()
    by = _by_pip if uv is None else _by_uv
    return await by(packages, directory, python, index)


def find_uv() -> str | None:
    """Return the path of uv, or `None`."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("uv", path=f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}")


async def _by_uv(packages: Sequence[str], directory: Path, python: str, index: str) -> str:
    uv = find_uv()
    assert uv is not None
    ours = str(directory / "bin/python")
    lock = directory / "lock.txt"
    await _run(uv, "venv", "-q", "--no-config", "--no-python-downloads", "--python", python, str(directory))
    wheels = ("--no-config", "--python", ours, "--only-binary", ":all:", "--default-index", index)
    (directory / "packages.txt").write_text("\n".join(packages))
    pinned = ("--generate-hashes", "--no-annotate", "--no-header", "-o", str(lock))
    await _run(uv, "pip", "compile", "-q", *wheels, *pinned, str(directory / "packages.txt"))
    await _run(uv, "pip", "install", "-q", *wheels, "--link-mode", "copy", "--require-hashes", "-r", str(lock))
    return lock.read_text()


async def _by_pip(packages: Sequence[str], directory: Path, python: str, index: str) -> str:
    lock, report = directory / "lock.txt", directory / "report.json"
    pip = (*await _with_pip(directory, python), "--isolated", "--disable-pip-version-check", "--no-input")
    wheels = ("-qq", "--only-binary", ":all:", "--index-url", index)
    found = ("--dry-run", "--ignore-installed", "--report", str(report))
    await _run(*pip, "install", *wheels, *found, *packages)
    lock.write_text("".join(map(_pinned, json.loads(report.read_text())["install"])))
    await _run(*pip, "install", *wheels, "--no-deps", "--require-hashes", "-r", str(lock))
    return lock.read_text()


async def _with_pip(directory: Path, python: str) -> tuple[str, ...]:
    """Make an empty environment, and return the pip for it: the interpreter's own, or one that is put into it first."""
    ours = str(directory / "bin/python")
    try:
        await _run(python, "-m", "pip", "--version")
    except CodeError:
        await _run(python, "-m", "venv", str(directory))
        return (ours, "-m", "pip")
    await _run(python, "-m", "venv", "--without-pip", str(directory))
    return (python, "-m", "pip", "--python", ours)


def _pinned(found: dict[str, Any]) -> str:
    about, hashes = found["metadata"], found["download_info"]["archive_info"]["hashes"]
    return f"{about['name']}=={about['version']} --hash=sha256:{hashes['sha256']}\n"


async def _run(*arguments: str) -> None:
    """Run a program to its end.

    Raises:
        CodeError: it failed, or took too long; its last words.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_LONGEST_S):
            told, _ = await process.communicate()
    except TimeoutError:
        raise CodeError(f"{Path(arguments[0]).name} took longer than {_LONGEST_S:g} seconds.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        lines = told.decode("utf-8", "replace").strip().splitlines()
        raise CodeError(
            "\n".join(lines[-_TOLD_LINES:]) or f"{Path(arguments[0]).name} exited with {process.returncode}"
        )
