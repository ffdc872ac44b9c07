"""The source as the rules see it: files, and what each of them imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "autogen"
SOURCE = Path(__file__).parents[2] / "src" / PACKAGE


class Import(NamedTuple):
    """A module of ours that a file imports, and the line where it does."""

    module: str
    line: int


@dataclass(frozen=True)
class SourceFile:
    """A Python file; `path` begins at the package: `core/run.py`."""

    path: str
    text: str

    def __str__(self) -> str:
        return self.path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """The dotted name: `core/run.py` is `autogen.core.run`, `core/__init__.py` is `autogen.core`."""
        parts = [PACKAGE, *Path(self.path).with_suffix("").parts]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def at(self, line: int, complaint: str) -> str:
        """Say where, and what."""
        return f"src/{PACKAGE}/{self.path}:{line}: {complaint}"


class SourceTree:
    """All files of the package."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = [SourceFile(path, text) for path, text in sorted(files.items())]
        self._modules = {file.module for file in self.files}

    @classmethod
    def read(cls, root: Path = SOURCE) -> SourceTree:
        return cls({path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*.py")})

    def imports_of(self, file: SourceFile) -> Iterator[Import]:
        """Find every import of ours: at the top, in functions, for typing only, or by a name in a string."""
        for node in ast.walk(file.tree):
            match node:
                case ast.Import(names=names):
                    yield from (Import(alias.name, node.lineno) for alias in names if self._is_ours(alias.name))
                case ast.ImportFrom(names=names):
                    origin = self._origin(file, node)
                    yield from (
                        Import(self._home(origin, alias.name), node.lineno) for alias in names if self._is_ours(origin)
                    )
                case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__")):
                    match node.args:
                        case [ast.Constant(value=str(name)), *_] if self._is_ours(name):
                            yield Import(name, node.lineno)
                        case _:
                            pass
                case _:
                    pass

    def _home(self, origin: str, name: str) -> str:
        """Tell the module that `from origin import name` reads: `name` may be a module itself."""
        return f"{origin}.{name}" if f"{origin}.{name}" in self._modules else origin

    @staticmethod
    def _origin(file: SourceFile, node: ast.ImportFrom) -> str:
        """Tell the absolute name of what stands between `from` and `import`."""
        if not node.level:
            return node.module or ""
        parts = [PACKAGE, *Path(file.path).parts[:-1]]
        above = parts[: len(parts) - node.level + 1]
        return ".".join([*above, node.module] if node.module else above)

    @staticmethod
    def _is_ours(module: str) -> bool:
        return module.split(".", maxsplit=1)[0] == PACKAGE
