"""Which Python runs the code, and what it must be able to read for that."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM_PYTHON = Path("/usr/bin/python3")
SYSTEM_DIRECTORIES = (Path("/usr"), Path("/bin"), Path("/lib"), Path("/lib64"))


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python: its executable, the directory of its commands, and the directories it reads beyond the system's."""

    executable: str
    commands: str
    roots: tuple[Path, ...]


def current_interpreter() -> Interpreter:
    """Return the Python that runs this process, with its virtual environment if it has one."""
    return _interpreter(Path(sys.executable), (Path(sys.prefix), Path(sys.base_prefix)))


def system_interpreter() -> Interpreter:
    """Return the distribution's Python."""
    return _interpreter(SYSTEM_PYTHON, ())


def interpreter_of(virtual_env: object) -> Interpreter:
    """Return the Python of a virtual environment, given as the context that `venv` makes (`env_exe`, `env_dir`).

    Raises:
        ValueError: an object without these attributes.
    """
    executable, directory = getattr(virtual_env, "env_exe", None), getattr(virtual_env, "env_dir", None)
    if not executable or not directory:
        raise ValueError(
            f"virtual_env_context needs the attributes env_exe and env_dir (see create_virtual_env), "
            f"not {virtual_env!r}"
        )
    upon: tuple[Path, ...] = getattr(virtual_env, "roots", ())
    return _interpreter(
        Path(str(executable)).absolute(), (Path(str(directory)).absolute(), *_made_from(Path(directory)), *upon)
    )


def _made_from(virtual_env: Path) -> tuple[Path, ...]:
    """Return the installation that a virtual environment was made from, as its `pyvenv.cfg` tells; it reads its libraries there."""
    try:
        lines = (virtual_env / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ()
    told = [value.strip() for key, _, value in (line.partition("=") for line in lines) if key.strip() == "home"]
    return tuple(Path(home).parent for home in told if Path(home).is_absolute())


def find_program(names: Iterable[str], path: str | None) -> str | None:
    """Return where the first of some programs lies: through links that lead out of the system's directories.

    Args:
        names: under which it may be installed, the best first.
        path: where to look; `None` for this process's `PATH`.
    """
    found = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    if found is None or _is_system(Path(found).resolve()):
        return found
    return str(Path(found).resolve())


def installed_in(program: str) -> tuple[Path, ...]:
    """Return the directory, outside of the system's, that a program was installed in, if it is in one of its own."""
    path = Path(program)
    if not path.is_absolute() or _is_system(path.resolve()):
        return ()
    home = path.resolve().parent
    home = home.parent if home.name == "bin" else home
    return () if is_home_or_above(home) else (home,)


def is_home_or_above(path: Path) -> bool:
    """Tell whether a directory is the user's home, or holds it."""
    homes = {Path.home(), Path(os.path.expanduser(f"~{_user()}"))}  # noqa: PTH111 - the account's home, whatever HOME says
    return any(home.resolve().is_relative_to(path) for home in homes)


def _user() -> str:
    import pwd  # noqa: PLC0415 - not on every system, and only needed here

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _interpreter(executable: Path, prefixes: tuple[Path, ...]) -> Interpreter:
    wanted = {executable.resolve().parent.parent}
    for prefix in prefixes:
        wanted |= {prefix, prefix.resolve()}
    roots = [root for root in sorted(wanted) if not _is_system(root) and not is_home_or_above(root)]
    outermost = [root for root in roots if not any(root != other and root.is_relative_to(other) for other in roots)]
    return Interpreter(str(executable), str(executable.parent), tuple(outermost))


def _is_system(path: Path) -> bool:
    return any(path.is_relative_to(part) for part in SYSTEM_DIRECTORIES)
