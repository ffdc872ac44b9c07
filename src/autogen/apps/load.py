"""Finding an agent or a team in a program of the user: `file.py:name`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


class NotFound(Exception):
    """There is no such thing to load; the message says what there is."""


def load(place: str) -> Any:
    """Run a program and return what it calls by a name.

    Args:
        place: "file.py:name", or "file.py" where the file has just one team.

    Raises:
        NotFound: no such file or name, or several teams and no name.
    """
    file, _, name = place.partition(":")
    module = load_module(Path(file))
    teams = sorted(
        key for key, value in vars(module).items() if hasattr(value, "groupchat") and not isinstance(value, type)
    )
    if name:
        if not hasattr(module, name):
            known = ", ".join(teams) or "none"
            raise NotFound(f"{file} has nothing that is called {name!r} (teams in it: {known}).")
        return getattr(module, name)
    if len(teams) != 1:
        found = ", ".join(f"{file}:{key}" for key in teams) or "none"
        raise NotFound(f"{file} has {len(teams)} teams ({found}). Name one: {file}:name.")
    return getattr(module, teams[0])


def load_module(path: Path) -> ModuleType:
    """Run a program, and return its module.

    Raises:
        NotFound: there is no such file.
    """
    if path.suffix != ".py" or not path.is_file():
        raise NotFound(f"{str(path)!r} is no Python file here. Write it as file.py:name.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.parent.resolve()))  # as if it were run itself
    spec.loader.exec_module(module)
    return module
