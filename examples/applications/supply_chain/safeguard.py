"""The safeguard at tier T1: rules that read a program for what the static guard does not look at, and say so.

Programs that would not end or would fill the memory, that pass something else off as a plan, or that find none.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autogen.messages import text_of
from examples.applications.supply_chain.coffee import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.models.client import ModelRequest

_LARGE = 1_000_000
_LARGEST = 1e15
_SIZED = {"range", "ljust", "rjust", "center", "zfill", "expandtabs"}
_MOST_NESTED_LOOPS = 5


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
        if isinstance(node, ast.While) and not _can_change(node.test) and not any(map(_leads_out, node.body)):
            return f"the loop of line {node.lineno} never ends"
        if isinstance(node, ast.Call) and _named(node.func) == "iter" and len(node.args) > 1:
            return f"nobody knows whether iter ends in line {node.lineno}"
    if _deepest_loop(tree) > _MOST_NESTED_LOOPS:
        return f"more than {_MOST_NESTED_LOOPS} loops are nested"
    return None


def _can_change(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Name | ast.Call) for node in ast.walk(test) if not isinstance(node, ast.expr_context)
    )


def _leads_out(node: ast.AST, *, is_own: bool = True) -> bool:
    """Tell whether a loop can be left here: a `break` of an inner loop leaves only that one."""
    if isinstance(node, ast.Return | ast.Raise) or (is_own and isinstance(node, ast.Break)):
        return True
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return False
    inner = is_own and not isinstance(node, ast.For | ast.While)
    return any(_leads_out(child, is_own=inner) for child in ast.iter_child_nodes(node))


def _is_huge(tree: ast.Module) -> str | None:
    known = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _named(node.func) in _SIZED:
            sizes, most = node.args, _LARGE
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_sequence(node.left, node.right):
            sizes, most = [node.left, node.right], _LARGE
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.LShift):
            sizes, most = [node], _LARGEST
        else:
            continue
        if any(abs(_number(size, known) or 0) > most for size in sizes):
            return f"line {node.lineno} works with a size beyond all reason"
    return None


def _constants(tree: ast.Module) -> dict[str, float]:
    """Return the largest number that each name is set to, where that can be told."""
    found: dict[str, float] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                number = _number(value, found)
                if number is not None:
                    found[name] = max(number, found.get(name, number))
            case _:
                pass
    return found


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


_COMPUTE: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Pow: lambda left, right: abs(left) ** right,
    ast.LShift: lambda left, right: left * 2.0**right,
}


def _named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_sequence(*operands: ast.expr) -> bool:
    kinds = ast.List | ast.Tuple | ast.JoinedStr
    return any(isinstance(each, kinds) or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
               for each in operands)  # fmt: skip


def _number(node: ast.expr, known: dict[str, float]) -> float | None:
    """Return the value of an expression of numbers, infinity at the most; `None` if it cannot be told."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return _as_float(number)
        case ast.Name(id=name):
            return known.get(name)
        case ast.UnaryOp(operand=operand):
            return _number(operand, known)
        case ast.BinOp(op=operator, left=left, right=right):
            return _computed(operator, _number(left, known), _number(right, known))
        case _:
            return None


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _computed(operator: ast.operator, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    compute = next((compute for kind, compute in _COMPUTE.items() if isinstance(operator, kind)), None)
    try:
        return left if compute is None else compute(left, right)
    except (OverflowError, ZeroDivisionError):
        return float("inf")


def _deepest_loop(node: ast.AST) -> int:
    inner = max(map(_deepest_loop, ast.iter_child_nodes(node)), default=0)
    return inner + (isinstance(node, ast.For | ast.While) or len(getattr(node, "generators", ())))
