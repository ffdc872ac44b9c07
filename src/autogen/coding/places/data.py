"""Data of the user's that code may read: files and directories, never written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import cast

from autogen.coding.places.interpreter import is_home_or_above
from autogen.errors import CodeError

Readable = Mapping[str | Path, str | Path] | Iterable[str | Path]
"""Paths that code sees under their own names, or a mapping from paths to the names it sees them under."""

_NOT_FOR_DATA = ("/proc", "/sys", "/dev", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/run")


def data_of(readable: Readable) -> tuple[tuple[Path, Path], ...]:
    """Return what code may read: (where it lies, under which name the code sees it).

    Raises:
        ValueError: a path that is neither a file nor a directory, that holds the home directory, or a name that is not
            absolute or belongs to the system.
    """
    if isinstance(readable, str | Path):
        raise ValueError(f"readable={str(readable)!r}: give a list of paths, or a mapping from paths to names.")  # noqa: TRY004 - as the other wrong lists
    if isinstance(readable, Mapping):
        pairs = list(cast("Mapping[str | Path, str | Path]", readable).items())
    else:
        pairs = [(path, Path(path).absolute()) for path in readable]
    return tuple((_checked_path(Path(path)), _checked_name(path, name)) for path, name in pairs)


def _checked_path(path: Path) -> Path:
    try:
        found = path.resolve(strict=True)
        mode = found.stat().st_mode
    except OSError as error:
        raise ValueError(f"readable: {str(path)!r} cannot be read: {error.strerror}.") from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise ValueError(f"readable: {str(path)!r} is neither a file nor a directory, and code gets nothing else.")
    if is_home_or_above(found):
        raise ValueError(f"readable: {str(path)!r} holds your home directory, keys included. Give what the code needs.")
    return found


def _checked_name(path: object, name: str | Path) -> Path:
    told = PurePosixPath(name)
    if not told.is_absolute() or ".." in told.parts or told == PurePosixPath("/"):
        raise ValueError(
            f"readable: the name {str(name)!r} for {str(path)!r} must be absolute, such as '/data/{told.name}'."
        )
    is_its_own = Path(str(path)).absolute() == Path(told)
    if not is_its_own and any(told.is_relative_to(part) for part in _NOT_FOR_DATA):
        raise ValueError(
            f"readable: the name {str(name)!r} for {str(path)!r} belongs to the system; take '/data/{told.name}'."
        )
    return Path(told)


def check_open_to_others(path: Path) -> None:
    """See that strangers may read a file or directory: where root runs code, it runs as one.

    Raises:
        CodeError: they may not.
    """
    mode = os.stat(path).st_mode  # noqa: PTH116 - by its own name
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    if mode & wanted != wanted:
        raise CodeError(
            f"As root, code runs as a user who may not read {path}. Open it (chmod -R o+rX), or run the program as an "
            f"ordinary user."
        )


def check_own_names(data: Iterable[tuple[Path, Path]], place: str) -> None:
    """See that data keep their names, where a place cannot give them others.

    Raises:
        CodeError: one of them is to have another.
    """
    for path, name in data:
        if name.resolve() != path:
            raise CodeError(f"{place} cannot show {path} under another name ({name}); give readable=[{str(path)!r}].")
