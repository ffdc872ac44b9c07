"""Results that are too big for a model: all of them is kept in files, which the model's shortened one names."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

FOLDER_VARIABLE = "AUTOGEN_RESULTS_DIR"
"""Names the folder; without it, one of this user in the system's folder for temporary files, which is kept small."""

MAX_CHARS = 100_000_000
MAX_FILES = 500
MAX_BYTES = 1_000_000_000


def keep(text: str, name: str) -> Path:
    """Write a text to a file of its own, which only this user may read, and return where it is.

    Args:
        text: all of it but its first 100 million characters is left out.
        name: of the tool; the file's name begins with it.

    Raises:
        OSError: there is no room, or no such folder can be.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else _folder_of_this_user()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not named:
        _check_is_ours(folder)
        _sweep(folder)
    handle, path = tempfile.mkstemp(".txt", f"{name}-", folder)
    with open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:  # noqa: PTH123 - a handle
        file.write(text[:MAX_CHARS])
    return Path(path)


def _folder_of_this_user() -> Path:
    return Path(tempfile.gettempdir()) / f"autogen-results-{os.getuid() if hasattr(os, 'getuid') else 'all'}"


def _check_is_ours(folder: Path) -> None:
    """Refuse a place that somebody else has prepared: anybody may write to the folder around it."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        raise PermissionError(errno.EACCES, f"{folder} is not this user's; name a folder in {FOLDER_VARIABLE}")


def _sweep(folder: Path) -> None:
    """Remove the oldest files where there are too many, or too large ones."""
    found: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process sweeps too
            facts = path.lstat()
            found.append((facts.st_mtime, facts.st_size, path))
    size_bytes = 0
    for number, (_, size, path) in enumerate(sorted(found, reverse=True)):
        size_bytes += size
        if number >= MAX_FILES - 1 or size_bytes > MAX_BYTES:
            path.unlink(missing_ok=True)
