"""What a program may reach: its syntax tree is read, never run, and whatever is not on a list is refused.

Names count by what they mean: a variable of the program that happens to be called `open` or `os_price` is no reason.
This is the first of three: the safeguard reads the program as well, and the sandbox contains what runs.
"""

from __future__ import annotations

import ast
import builtins
import re
import string
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAY_IMPORT: dict[str, set[str]] = {
    "__future__": {"annotations"},
    "coffee": {"CAFES", "ROASTERIES", "ROASTS", "SUPPLIERS", "Bags", "Data", "Model", "data", "original"},
    "collections": {"Counter", "defaultdict"},
    "functools": {"partial", "reduce"},
    "itertools": {"accumulate", "chain", "combinations", "islice", "pairwise", "permutations", "product"},
    "json": {"dumps", "loads"},
    "math": {"ceil", "dist", "exp", "floor", "fsum", "inf", "isclose", "log", "prod", "sqrt"},
    "statistics": {"fmean", "mean", "median"},
    "typing": {"Any", "Literal"},
}
_MAY_USE = """abs all any ascii bool callable chr complex dict divmod enumerate filter float format frozenset hash int isinstance iter len list map
    max min next ord pow print property range repr reversed round set slice sorted str sum tuple zip True False None
    NotImplemented ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError NameError
    OverflowError RuntimeError StopIteration TypeError ValueError ZeroDivisionError"""
_BUILTINS = set(_MAY_USE.split())
_KNOWN_TO_PYTHON = set(dir(builtins))
_INNARDS = re.compile(  # frames and code, which are reached without underscores
    r"(?:gi|cr|ag)_(?:frame|code|yieldfrom|await)|tb_(?:frame|next)|f_(?:back|builtins|code|globals|locals)"
)
_MOST_CHARACTERS = 20_000
_OWN_METHODS = {"__init__", "__repr__", "__str__"}
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)
_NODES: tuple[type[ast.AST], ...] = (
    ast.Module, ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.For, ast.While, ast.If, ast.Break,
    ast.Continue, ast.Pass, ast.Raise, ast.Try, ast.ExceptHandler, ast.Assert, ast.Import, ast.ImportFrom, ast.alias,
    ast.FunctionDef, ast.Return, ast.Lambda, ast.arguments, ast.arg, ast.ClassDef, ast.Yield, ast.Name, ast.Attribute,
    ast.Subscript, ast.Slice, ast.Starred, ast.Call, ast.keyword, ast.Constant, ast.JoinedStr, ast.FormattedValue,
    ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.comprehension, ast.NamedExpr, ast.IfExp, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.expr_context,
    ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_Function = ast.FunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def why_refused(code: str) -> str | None:
    """Return why a program is not to be run, with the line; `None` if it may go on to review."""
    if len(code) > _MOST_CHARACTERS:
        return f"it is longer than {_MOST_CHARACTERS} characters, which nobody reviews"
    if _CODING.search("\n".join(code.splitlines()[:2])):
        return "line 1: it declares an encoding, and could read as something else than it shows"
    try:
        code.encode()
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"it cannot be read: {error}"
    try:
        _Reader(tree).visit(tree)
    except _Refused as refused:
        return str(refused)
    except RecursionError:
        return "it is nested too deeply to be read"
    return None


class _Refused(Exception):
    def __init__(self, node: ast.AST, why: str) -> None:
        super().__init__(f"line {getattr(node, 'lineno', 1)}: {why}")


class _Reader(ast.NodeVisitor):
    """Visits a program in the order of its text, knowing which names are surely the program's own at each place."""

    def __init__(self, tree: ast.Module) -> None:
        self._own: list[set[str]] = [set()]  # of the module, then of each block, function and comprehension around
        self._changeless: set[str] = set()
        self._modules = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }

    def visit(self, node: ast.AST) -> None:
        if not isinstance(node, _NODES):
            raise _Refused(node, f"{type(node).__name__.lower()} has no use here")
        super().visit(node)

    # What is reached

    def visit_Name(self, node: ast.Name) -> None:
        name = node.id
        if isinstance(node.ctx, ast.Store):
            self._bind(name, node)
            return
        if isinstance(node.ctx, ast.Del):
            raise _Refused(node, f"del {name} can bring back what the name meant before")
        if name in self._modules:
            raise _Refused(node, f"module {name!r} may only be used as {name}.something")
        if any(name in names for names in self._own) or name in _BUILTINS or name == "__name__":
            return
        if name in _KNOWN_TO_PYTHON or name.startswith("__"):
            raise _Refused(node, f"{name} reaches beyond the plan")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        attribute, value = node.attr, node.value
        if isinstance(value, ast.Name) and value.id in self._modules:
            module = self._modules[value.id]
            if attribute not in MAY_IMPORT.get(module, ()):
                raise _Refused(node, f"{module}.{attribute} is not among what may be used of it")
            if not isinstance(node.ctx, ast.Load):
                raise _Refused(node, f"it changes {module}.{attribute}")
            return
        if attribute.startswith("_"):
            raise _Refused(node, f".{attribute} reaches into the inside of an object")
        if _INNARDS.fullmatch(attribute):
            raise _Refused(node, f".{attribute} reaches into the inside of Python")
        if attribute in {"format", "format_map"} and not _is_plain_template(value):
            raise _Refused(node, f".{attribute} on text that is not in plain sight can read the inside of objects")
        if not isinstance(node.ctx, ast.Load) and isinstance(value, ast.Name) and value.id in self._changeless:
            raise _Refused(node, f"it changes {value.id}")
        self.visit(value)

    def visit_Call(self, node: ast.Call) -> None:
        """Visit a call; `getattr(x, "name")` is `x.name`."""
        match node:
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[value, ast.Constant(value=str(name)), *rest]):
                self.visit(ast.copy_location(ast.Attribute(value, name, ast.Load()), node))
                for each in rest:
                    self.visit(each)
            case _:
                self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name not in MAY_IMPORT:
                raise _Refused(node, f"it imports {alias.name} (allowed: {', '.join(MAY_IMPORT)})")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level or module not in MAY_IMPORT:
            raise _Refused(node, f"it imports {'.' * node.level}{module} (allowed: {', '.join(MAY_IMPORT)})")
        for alias in node.names:
            if alias.name == "*" and module == "coffee":  # it says in `__all__` what that is
                for name in MAY_IMPORT[module]:
                    self._bind(name, node)
                continue
            if alias.name not in MAY_IMPORT[module]:
                raise _Refused(node, f"it imports {alias.name} from {module}")
            name = alias.asname or alias.name
            if alias.name != "data":
                self._changeless.add(name)
            self._bind(name, node)

    # Which names are the program's own

    def _bind(self, name: str, node: ast.AST, *, is_local: bool = False) -> None:
        if name.startswith("__"):
            raise _Refused(node, f"it sets {name}")
        if name in self._modules:
            raise _Refused(node, f"it gives the name of module {name!r} to something else")
        if not is_local:
            self._own[-1].add(name)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.visit(ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target))
        self.visit(node.value)
        self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._visit_block([node.target])  # in `x and (name := y)` it may not come to pass

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._visit_block(node.body)
        self._visit_block(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._visit_block(node.body)
        self._visit_block(node.orelse)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._visit_block([node.target, *node.body])
        self._visit_block(node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        for block in (node.body, *([handler] for handler in node.handlers), node.orelse, node.finalbody):
            self._visit_block(block)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name in _KNOWN_TO_PYTHON:
            raise _Refused(node, f"after 'as {node.name}' the name means what it meant before")
        if node.name is not None:
            self._bind(node.name, node)
        self.generic_visit(node)

    def _visit_block(self, nodes: Sequence[ast.AST], names: set[str] | None = None) -> None:
        """Visit what may not be executed, or elsewhere: what it sets is certain up to its end."""
        self._own.append(set() if names is None else names)
        for node in nodes:
            self.visit(node)
        self._own.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if node.bases or node.keywords or node.decorator_list:
            raise _Refused(node, f"class {node.name} is more than a plain class")
        if len(self._own) > 1:
            raise _Refused(node, f"class {node.name} stands inside something else")
        self._visit_block(node.body, _Unseen())
        self._bind(node.name, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name not in _OWN_METHODS:
            self._bind(node.name, node)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._visit_function(node, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_function(node, [node.body])

    def _visit_function(self, node: _Function, body: Sequence[ast.AST]) -> None:
        """Defaults and annotations belong to the scope outside; a name that is set anywhere inside is local to it all."""
        given = node.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
        outside = [*given.defaults, *given.kw_defaults, *(each.annotation for each in parameters)]
        for each in filter(None, [*outside, getattr(node, "returns", None)]):
            self.visit(each)
        self._visit_scope({each.arg for each in parameters} | set(_set_in(body)), body)

    def visit_ListComp(self, node: _Comprehension) -> None:
        """Visit a comprehension: its first source belongs to the scope outside, its targets are local."""
        first, *others = node.generators
        self.visit(first.iter)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inside: list[ast.AST] = [first.target, *first.ifs, *others, *results]
        self._visit_scope(set(_set_in([each.target for each in node.generators])), inside)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815 - ast.NodeVisitor's names

    def _visit_scope(self, names: set[str], nodes: Sequence[ast.AST]) -> None:
        for name in names:
            self._bind(name, nodes[0], is_local=True)
        self._visit_block(nodes, names)


class _Unseen(set[str]):
    """The names of a class: its methods do not see them."""

    def add(self, element: str, /) -> None:
        """Keep nothing."""


def _set_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Find the names that are set in a scope, and not in the functions, classes and comprehensions inside it."""
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif not isinstance(node, ast.Lambda | _Comprehension):
            yield from _set_in(list(ast.iter_child_nodes(node)))


def _is_plain_template(value: ast.AST) -> bool:
    """Tell whether a value is text whose fields are names or numbers, without attributes."""
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return False
    try:
        fields = [field for _, field, form, _ in string.Formatter().parse(value.value) for field in (field, form)]
    except ValueError:
        return False
    return not any("." in field and "_" in field for field in fields if field)
