"""The rules that every file of the package keeps. A rule finds complaints: where, what, and the cure."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.architecture.floors import FLOOR_BY_ROOM, is_classic, room_of, room_of_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.architecture.source_tree import SourceFile, SourceTree

    Rule = Callable[[SourceTree, SourceFile], Iterator[str]]

MAX_FILE_LINES = 420
MAX_FUNCTION_LINES = 60
MAX_METHODS = 25
MAX_PARAMETERS = 7
MAX_NESTING = 3
MAX_CLASSIC_LINES = 60
MAX_CLASSIC_DEFINITIONS = 3

MANY_METHODS = {
    "ConversableAgent": "the classic agent has some sixty methods; each is a door of a few lines",
}
MANY_PARAMETERS = {
    "initiate_chat": "the classic signature has nine",
    "a_initiate_chat": "the classic signature has nine",
    "log_chat_completion": "the classic signature has nine",
}
VAGUE_WORDS = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
FORBIDDEN_CALLS = {
    "asyncio.run": "Await it, or make the twin with sync_of: one loop serves all synchronous calls.",
    "time.sleep": "Await asyncio.sleep: a sleeping thread cannot be cancelled.",
    "print": "Emit an event; the console observer prints it.",
}
AT_HOME = (
    "Cure: define it in its room and import it here; if this is the room, take the path off the list in floors.py."
)
MAY_CALL = {
    ("print", "apps/cli"): "it speaks to the terminal",
    ("print", "observers/console"): "it speaks to the terminal",
    ("print", "observers/stream"): "the classic IOConsole is print and input",
    ("time.sleep", "models/pacing/rate"): "the classic TimeRateLimiter.sleep waits in the caller's thread",
    ("asyncio.run", "testing/watching"): "it drives the async form from a synchronous test, on a loop of its own",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def imports_from_below(tree: SourceTree, file: SourceFile) -> Iterator[str]:
    """A file imports from its own room and from floors below, in functions and for typing too."""
    room = room_of(file.path)
    if room is None:
        yield file.at(
            1, "it stands on no floor. Cure: move it into a room of the design, or set its floor in floors.py."
        )
        return
    for module, line in tree.imports_of(file):
        other = room_of_module(module)
        if other is None:
            yield file.at(line, f"it imports {module}, which stands on no floor. Cure: see that file.")
        elif other != room and FLOOR_BY_ROOM[other] >= FLOOR_BY_ROOM[room]:
            yield file.at(
                line,
                f"{room} (floor {FLOOR_BY_ROOM[room]}) imports {module} of {other} (floor {FLOOR_BY_ROOM[other]}). "
                "Cure: state the Protocol that you need, or move what both need one floor down.",
            )


def is_short(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """A file has at most 420 lines."""
    lines = len(file.text.splitlines())
    if lines > MAX_FILE_LINES:
        yield file.at(
            MAX_FILE_LINES + 1, f"{lines} lines, more than {MAX_FILE_LINES}. Cure: it holds two ideas; part them."
        )


def functions_are_short(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """A function has at most 60 lines, its docstring included."""
    for function in _functions(file):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            yield file.at(
                function.lineno,
                f"{function.name} has {lines} lines, more than {MAX_FUNCTION_LINES}. Cure: name a part, and call it.",
            )


def classes_are_small(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """A class has at most 25 methods of its own."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ClassDef) and node.name not in MANY_METHODS:
            methods = {part.name for part in node.body if isinstance(part, Function)}
            if len(methods) > MAX_METHODS:
                yield file.at(
                    node.lineno,
                    f"{node.name} has {len(methods)} methods, more than {MAX_METHODS}. "
                    "Cure: move the state that some of them share into a class of its own.",
                )


def parameters_are_few(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """A function has at most 7 parameters; `self` and `cls` do not count, constructors and classic doors are free."""
    for function in _functions(file):
        count = len(_parameters(function))
        if count > MAX_PARAMETERS and function.name != "__init__" and function.name not in MANY_PARAMETERS:
            yield file.at(
                function.lineno,
                f"{function.name} has {count} parameters, more than {MAX_PARAMETERS}. "
                "Cure: what belongs together is a dataclass; what is rarely given is a wrapper.",
            )


def nesting_is_shallow(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """Blocks stand at most 3 deep in one another; a function begins anew."""
    for block, depth in _blocks(file.tree, 0):
        if depth == MAX_NESTING + 1:
            yield file.at(
                block.lineno,
                f"a block {depth} deep, more than {MAX_NESTING}. Cure: return early, or name the inner part.",
            )


def has_a_telling_name(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """No file or folder is named utils, helpers, common, base, manager or misc; classic import paths are."""
    if not is_classic(file.path):
        words = {word for part in Path(file.path).with_suffix("").parts for word in part.split("_")}
        for word in sorted(words & VAGUE_WORDS):
            yield file.at(1, f"{word!r} says nothing about what is inside. Cure: name the concept, or inline the code.")


def only_passes_names_on(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """A classic import path fits one screen and defines next to nothing."""
    if not is_classic(file.path):
        return
    lines = len(file.text.splitlines())
    if lines > MAX_CLASSIC_LINES:
        yield file.at(
            MAX_CLASSIC_LINES + 1, f"a classic path of {lines} lines, more than {MAX_CLASSIC_LINES}. {AT_HOME}"
        )
    definitions = [node for node in file.tree.body if isinstance(node, Function | ast.ClassDef)]
    if len(definitions) > MAX_CLASSIC_DEFINITIONS:
        yield file.at(
            definitions[MAX_CLASSIC_DEFINITIONS].lineno,
            f"a classic path with {len(definitions)} definitions, more than {MAX_CLASSIC_DEFINITIONS}. {AT_HOME}",
        )


def calls_nothing_forbidden(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """Nothing calls `asyncio.run`, `time.sleep` or `print`, but for those who have a reason."""
    allowed = {name for name, place in MAY_CALL if file.path.startswith(place)}
    for node in ast.walk(file.tree):
        for name in _names_used(node):
            if name in FORBIDDEN_CALLS and name not in allowed:
                yield file.at(
                    getattr(node, "lineno", 1), f"{name} is not for the library. Cure: {FORBIDDEN_CALLS[name]}"
                )


def leaves_nothing_for_later(_: SourceTree, file: SourceFile) -> Iterator[str]:
    """No TODO."""
    for line, text in enumerate(file.text.splitlines(), 1):
        if found := re.search(r"\b(TODO|FIXME|XXX)\b", text):
            yield file.at(line, f"{found[0]}. Cure: do it now, or write it down where the work is planned.")


RULES: tuple[Rule, ...] = (
    imports_from_below,
    is_short,
    functions_are_short,
    classes_are_small,
    parameters_are_few,
    nesting_is_shallow,
    has_a_telling_name,
    only_passes_names_on,
    calls_nothing_forbidden,
    leaves_nothing_for_later,
)


def _functions(file: SourceFile) -> Iterator[Function]:
    return (node for node in ast.walk(file.tree) if isinstance(node, Function))


def _parameters(function: Function) -> list[str]:
    given = function.args
    named = [
        *given.posonlyargs,
        *given.args,
        *given.kwonlyargs,
        *(rest for rest in (given.vararg, given.kwarg) if rest),
    ]
    return [parameter.arg for parameter in named if parameter.arg not in {"self", "cls"}]


def _blocks(node: ast.AST, depth: int) -> Iterator[tuple[ast.stmt, int]]:
    """Find every block with its depth; an `elif` is as deep as its `if`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            yield from _blocks(child, 0)
        elif isinstance(child, BLOCKS):
            is_elif = isinstance(node, ast.If) and node.orelse == [child] and child.col_offset == node.col_offset
            yield child, depth if is_elif else depth + 1
            yield from _blocks(child, depth if is_elif else depth + 1)
        else:
            yield from _blocks(child, depth)


def _names_used(node: ast.AST) -> list[str]:
    """Name what is called, or imported from a module, in full: `time.sleep`."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return [name]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
            return [f"{module}.{name}"]
        case ast.ImportFrom(module=str(module), names=names):
            return [f"{module}.{alias.name}" for alias in names]
        case _:
            return []


def crowded_folders(tree: SourceTree, most: int = 12) -> list[str]:
    """Find the folders with more files than a reader can hold in the head; classic import paths do not count."""
    files_by_folder: dict[str, list[str]] = {}
    for file in tree.files:
        if Path(file.path).name != "__init__.py" and not is_classic(file.path):
            files_by_folder.setdefault(Path(file.path).parent.as_posix(), []).append(file.path)
    return [
        f"src/autogen/{folder}: {len(files)} files, more than {most}. Cure: a concept inside wants a folder of its own."
        for folder, files in files_by_folder.items()
        if len(files) > most
    ]


def import_circle(tree: SourceTree) -> list[str]:
    """Return the modules of one import circle, imports for typing included; empty if there is none."""
    graph = {file.module: {module for module, _ in tree.imports_of(file)} - {file.module} for file in tree.files}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []
