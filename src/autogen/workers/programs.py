"""Programs by name: what may be submitted, what it is called, and how a worker finds it.

A job names its program as "file.py:name", never more. A worker knows only the files that its user named, and in them only
agents, teams and functions that are defined there.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from autogen.chats.result import ChatResult
from autogen.core.agent import Agent
from autogen.core.sync import call
from autogen.errors import NotStorable, UnknownProgram

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

_PLACE = re.compile(r"[^:/\\]+\.py:[A-Za-z]\w*")


class Programs:
    """The programs of some files.

    Args:
        modules: what was loaded, by the name of its file: {"team.py": [module]}.
    """

    def __init__(self, modules: Mapping[str, Sequence[ModuleType]]) -> None:
        self._modules = dict(modules)

    @property
    def files(self) -> list[str]:
        """The names of the files."""
        return sorted(self._modules)

    def find(self, target: str) -> Any:
        """Return the program of this name.

        Raises:
            UnknownProgram: there is none here; says what there is.
        """
        file, _, name = target.partition(":")
        modules = self._modules.get(file)
        if not modules:
            known = ", ".join(self.files) or "none"
            raise UnknownProgram(f"{target!r}: there is no file {file!r} here (but: {known}). Start a worker with it.")
        for module in modules:
            program = vars(module).get(name)
            if name[:1].isalpha() and is_program(program, module):
                return program
        known = ", ".join(each for module in modules for each in _names_in(module)) or "none"
        raise UnknownProgram(
            f"{target!r}: {file} has no agent, team or function of its own called {name!r} (but: {known})."
        )


class LoadedPrograms:
    """The programs of all files that this process has loaded already."""

    def find(self, target: str) -> Any:
        """Return the program of this name.

        Raises:
            UnknownProgram: there is none here.
        """
        file = target.partition(":")[0]
        modules = [module for module in list(sys.modules.values()) if (path := _file_of(module)) and path.name == file]
        return Programs({file: modules} if modules else {}).find(target)


def is_program(value: object, module: ModuleType) -> bool:
    """Tell whether something can be submitted: an agent, a team, or a function that is defined in this module."""
    if isinstance(value, type):
        return False
    if inspect.isfunction(value):
        return value.__module__ == module.__name__
    return isinstance(value, Agent) and inspect.iscoroutinefunction(getattr(value, "run", None))


def name_of(target: object) -> str:
    """Return what a program is called, as "file.py:name".

    Args:
        target: an agent, a team or a function at the top of a file; or such a name, with or without folders.

    Raises:
        UnknownProgram: it has no name that a worker could find it by.
    """
    if isinstance(target, str):
        place = f"{Path(target.rpartition(':')[0]).name}:{target.rpartition(':')[2]}"
        if not _PLACE.fullmatch(place):
            raise UnknownProgram(f"{target!r} names no program: write it as file.py:name.")
        return place
    for module, file in _modules_of(target):
        for name, value in list(vars(module).items()):
            if value is target and name[:1].isalpha() and is_program(target, module):
                return f"{file.name}:{name}"
    raise UnknownProgram(
        f"{target!r:.200} has no name that a worker could find it by. Give an agent, a team or a function a name at the top "
        "of a file, and submit that, or 'file.py:name'."
    )


async def run_program(program: Any, task: Any) -> Any:
    """Give a program its task, and return what came of it."""
    if not inspect.isfunction(program):
        return await program.run(task)
    return await (call(program, task) if inspect.signature(program).parameters else call(program))


def storable(result: object) -> Any:
    """Return what came of a program as JSON: of a conversation, its summary.

    Raises:
        NotStorable: it is something else.
    """
    if isinstance(result, ChatResult):
        return storable(result.summary)
    if _are_results(result):
        return [storable(each) for each in result]
    try:
        json.dumps(result, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise NotStorable(
            f"The program returned {result!r:.200}, which is not JSON ({error}). Return text, numbers, lists or dicts."
        ) from None
    return result


def _are_results(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list) and any(isinstance(each, ChatResult) for each in cast("list[object]", value))


def _modules_of(target: object) -> Iterator[tuple[ModuleType, Path]]:
    home = getattr(target, "__module__", None) if inspect.isfunction(target) else None
    modules: Sequence[ModuleType] = [sys.modules[home]] if home in sys.modules else list(sys.modules.values())
    for module in modules:
        if file := _file_of(module):
            yield module, file


def _file_of(module: object) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file) if isinstance(file, str) and file.endswith(".py") else None


def _names_in(module: ModuleType) -> list[str]:
    return sorted(name for name, value in vars(module).items() if name[:1].isalpha() and is_program(value, module))
