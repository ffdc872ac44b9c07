"""The `autogen` command as a user types it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

AUTOGEN = str(Path(sys.executable).with_name("autogen"))
_SOURCE = Path(__file__).parents[2] / "src"
_TIME_LIMIT_S = 30
_OF_TERMINALS = {"COLUMNS", "LINES", "NO_COLOR"}


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a user who lives in `folder`/home."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_TERMINALS}
    return {**kept, "PYTHONPATH": str(_SOURCE), "HOME": str(folder / "home"), "LANG": "C.UTF-8", **variables}


def without_sandboxes(folder: Path, commands: Path) -> dict[str, str]:
    """Return the variables of a user whose machine has these commands only, no bubblewrap, and no Landlock."""
    started_first = folder / "started_first"
    started_first.mkdir(exist_ok=True)
    lines = ("from autogen.coding.places.landlock import start", "start.landlock_version = lambda: 0")
    (started_first / "sitecustomize.py").write_text("\n".join(lines))
    return {"PATH": str(commands), "PYTHONPATH": f"{started_first}{os.pathsep}{_SOURCE}"}


def of_server(url: str) -> dict[str, str]:
    """Return the variables that name a model server."""
    return {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k", "OPENAI_MODEL": "stub"}


def autogen(
    *arguments: str, folder: Path, types: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command without a terminal.

    Args:
        arguments: as typed.
        folder: where.
        types: what standard input holds; `None` leaves it empty.
        variables: of the environment.
    """
    return subprocess.run(
        [AUTOGEN, *arguments],
        cwd=folder,
        env=environment(folder, **variables),
        input=types or "",
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_S,
        check=False,
    )


def processes_with(words: str) -> list[str]:
    """Return the command lines of this machine's processes that hold some words."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended
            continue
        if words in line:
            found.append(line)
    return found
