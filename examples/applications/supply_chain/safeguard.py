"""The safeguard at tier T1: rules that read a program for what the static guard does not look at, and say so.

Programs that would not end or would fill the memory, that pass something else off as a plan, or that find none.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autogen.messages import text_of
from examples.applications.supply_chain.coffee import MARK

if TYPE_CHECKING:
    from autogen.models.client import ModelRequest

_LARGE = 1_000_000
_MOST_NESTED_LOOPS = 5
_Loop = ast.For | ast.comprehension | ast.While


def play_safeguard(request: ModelRequest) -> str:
    """Return SAFE, or DANGER and why."""
    code = text_of(request.messages[-1]).partition("```python\n")[2].rpartition("\n```")[0]
    why = complaint_about(code)
    return "SAFE" if why is None else f"DANGER: {why}"


def complaint_about(code: str) -> str | None:
    """Return what is wrong with a program that can be parsed; `None` if nothing is."""
    tree = ast.parse(code)
    return next(filter(None, (complain(tree) for complain in _COMPLAINTS)), None)


def _never_ends(tree: ast.Module) -> str | None:
    for node in ast.walk(tree):
        if not isinstance(node, ast.While):
            continue
        ways_out = [inner for part in node.body for inner in ast.walk(part)]
        if _number(node.test) and not any(isinstance(inner, ast.Break | ast.Return | ast.Raise) for inner in ways_out):
            return f"the loop of line {node.lineno} never ends"
    if _deepest_loop(tree) > _MOST_NESTED_LOOPS:
        return f"more than {_MOST_NESTED_LOOPS} loops are nested"
    return None


def _is_huge(tree: ast.Module) -> str | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            sizes: list[ast.expr] = node.args
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_sequence(node.left, node.right):
            sizes = [node.left, node.right]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.LShift):
            sizes = [node]
        else:
            continue
        if any(abs(_number(size) or 0) > _LARGE for size in sizes):
            return f"line {node.lineno} works with a size beyond all reason"
    return None


def _pretends(tree: ast.Module) -> str | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and MARK.strip() in node.value:
            return f"line {node.lineno} passes text off as a plan"
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store) and _named(node) == "solve":
            return f"line {node.lineno} gives solve another meaning"
        if isinstance(node, ast.FunctionDef) and node.name in {"solve", "print"}:
            return f"line {node.lineno} gives {node.name} another meaning"
    return None


def _finds_nothing(tree: ast.Module) -> str | None:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _named(node.func) == "solve"]
    return None if calls else "it asks for no plan"


_COMPLAINTS = (_never_ends, _is_huge, _pretends, _finds_nothing)


def _named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_sequence(*operands: ast.expr) -> bool:
    kinds = ast.List | ast.Tuple | ast.JoinedStr
    return any(isinstance(each, kinds) or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
               for each in operands)  # fmt: skip


def _number(node: ast.expr) -> float | None:
    """Return the size of a constant expression, at most infinity; `None` if it is not constant."""
    if isinstance(node, ast.Constant):
        return float(node.value) if isinstance(node.value, int | float) else None
    if isinstance(node, ast.UnaryOp):
        return _number(node.operand)
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _number(node.left), _number(node.right)
    if left is None or right is None:
        return None
    try:
        return _computed(node.op, left, right)
    except (OverflowError, ZeroDivisionError):
        return float("inf")


def _computed(operator: ast.operator, left: float, right: float) -> float | None:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Pow():
            return float(abs(left)) ** right
        case ast.LShift():
            return left * 2.0**right
        case _:
            return left


def _deepest_loop(node: ast.AST) -> int:
    inner = max(map(_deepest_loop, ast.iter_child_nodes(node)), default=0)
    return inner + (isinstance(node, ast.For | ast.While) or len(getattr(node, "generators", ())))
