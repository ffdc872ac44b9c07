"""The user's own functions, for the code that a model writes: a module in the work dir, and stubs in the prompt."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True)
class Alias:
    """`import name as alias`."""

    name: str
    alias: str


@dataclass(frozen=True)
class ImportFromModule:
    """`from module import …`."""

    module: str
    imports: list[str | Alias]


Import = str | ImportFromModule | Alias


@dataclass
class FunctionWithRequirements(Generic[T, P]):
    """A function, with the packages and imports that its body needs. Calling it calls the function."""

    func: Callable[P, T]
    python_packages: list[str] = field(default_factory=list[str])
    global_imports: list[Import] = field(default_factory=list[Import])

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function, here and now."""
        return self.func(*args, **kwargs)

    @classmethod
    def from_callable(
        cls, func: Callable[P, T], python_packages: Sequence[str] = (), global_imports: Sequence[Import] = ()
    ) -> FunctionWithRequirements[T, P]:
        """Return the function with its requirements."""
        return FunctionWithRequirements(func, list(python_packages), list(global_imports))

    @staticmethod
    def from_str(
        func: str, python_packages: Sequence[str] = (), global_imports: Sequence[Import] = ()
    ) -> FunctionWithRequirementsStr:
        """Return a function given as source text. It is read, not executed.

        Raises:
            ValueError: the text does not parse, or does not hold exactly one function.
        """
        return FunctionWithRequirementsStr(func, list(python_packages), list(global_imports))


@dataclass
class FunctionWithRequirementsStr:
    """A function as source text, with its requirements."""

    func: str
    python_packages: list[str] = field(default_factory=list[str])
    global_imports: list[Import] = field(default_factory=list[Import])

    def __post_init__(self) -> None:
        _only_function(self.func)

    def __call__(self, *_: Any, **__: Any) -> None:
        """Refuse: it lives only where the code runs.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "A function given as source text cannot be called here; only code in the executor can call it."
        )


UserFunction = FunctionWithRequirements[Any, ...] | FunctionWithRequirementsStr


def with_requirements(
    python_packages: Sequence[str] = (), global_imports: Sequence[Import] = ()
) -> Callable[[Callable[P, T]], FunctionWithRequirements[T, P]]:
    """Decorate a function with the packages and imports that it needs where the code runs."""

    def decorate(func: Callable[P, T]) -> FunctionWithRequirements[T, P]:
        decorated = FunctionWithRequirements(func, list(python_packages), list(global_imports))
        update_wrapper(decorated, func)
        return decorated

    return decorate


def packages_of(functions: Iterable[object]) -> list[str]:
    """Return the packages that the functions ask for, each once."""
    return sorted({package for function in functions for package in getattr(function, "python_packages", ())})


def module_source(functions: Iterable[object]) -> str:
    """Return the source of a module that holds the functions, their imports first."""
    functions = list(functions)
    imports = {_import_line(wanted) for function in functions for wanted in getattr(function, "global_imports", ())}
    return "\n\n\n".join(["\n".join(sorted(imports)), *map(_definition, functions)]).strip() + "\n"


def stub_of(function: object) -> str:
    """Return what a model must know of a function: signature and docstring."""
    node, _ = _node(function)
    node.decorator_list = []
    docstring = ast.get_docstring(node, clean=True)
    head = ast.unparse(_without_body(node)).rsplit("\n", 1)[0]
    if docstring is None:
        return f"{head}\n    ..."
    words = "\n    ".join(docstring.splitlines()).replace("\n    \n", "\n\n")
    return f'{head}\n    """{words}"""\n    ...'


def _without_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.FunctionDef | ast.AsyncFunctionDef:
    node.body = [ast.Expr(ast.Constant(...))]
    return node


def _definition(function: object) -> str:
    """Return the source of a function without its decorators, which may not exist where it runs."""
    node, source = _node(function)
    lines = source.splitlines()
    if isinstance(function, FunctionWithRequirementsStr) and not node.decorator_list:
        return source.strip()
    return "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _node(function: object) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]:
    import inspect  # noqa: PLC0415 - slow to import, and only needed with functions
    from textwrap import dedent  # noqa: PLC0415 - likewise

    if isinstance(function, FunctionWithRequirementsStr):
        source = dedent(function.func)
    else:
        inner: Any = function.func if isinstance(function, FunctionWithRequirements) else function
        try:
            source = dedent(inspect.getsource(inner))
            found = _only_function(source)
        except (OSError, TypeError, ValueError) as error:  # from 3.13 on, the lines of something else may come back
            raise ValueError(
                f"the source of {inner!r} cannot be read; give it as text: FunctionWithRequirements.from_str(…)"
            ) from error
        return found, source
    return _only_function(source), source


def _only_function(source: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"Could not compile function: {error}") from error
    found = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if len(found) != 1:
        raise ValueError("The string must contain exactly one function")
    return found[0]


def _import_line(wanted: Import) -> str:
    if isinstance(wanted, str):
        return f"import {wanted}"
    if isinstance(wanted, Alias):
        return f"import {wanted.name} as {wanted.alias}"
    names = ", ".join(name if isinstance(name, str) else f"{name.name} as {name.alias}" for name in wanted.imports)
    return f"from {wanted.module} import {names}"
