"""Which edition of a function this is: a digest of its code, that changes when it is edited."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from hashlib import blake2b
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE = 4
_known: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def edition_of(function: Any) -> str:
    """Return a digest of a function's code, and of that of the functions of its module which it names.

    Comments and line breaks do not count. Empty for what has no code in Python.
    """
    plain = _plain(function)
    if plain is None:
        return ""
    found = _known.get(plain)
    if found is None:
        texts = "\0".join(_text(each) for each in _with_those_named(plain))
        found = _known[plain] = blake2b(texts.encode("utf-8", "backslashreplace"), digest_size=_SIZE).hexdigest()
    return found


def _plain(function: Any) -> FunctionType | None:
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    if not isinstance(function, FunctionType):
        called: Any = getattr(cast("Any", type(function)), "__call__", None)  # noqa: B004 - its code is wanted
        function = None if called is None else inspect.unwrap(called)
    return function if isinstance(function, FunctionType) else None


def _with_those_named(function: FunctionType) -> Iterator[FunctionType]:
    """Return the function, and those of its module that it names, and so on."""
    seen: set[FunctionType] = set()
    left = [function]
    while left:
        each = left.pop(0)
        if each in seen:
            continue
        seen.add(each)
        yield each
        named = (each.__globals__.get(name) for name in _names(each.__code__))
        left += [found for found in map(_plain_or_none, named) if found and found.__module__ == function.__module__]


def _plain_or_none(found: object) -> FunctionType | None:
    return found if isinstance(found, FunctionType) else None


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _text(function: FunctionType) -> str:
    """Return the code as text that does not depend on the version of Python; where there is no source, on that as well."""
    try:
        return ast.unparse(ast.parse(textwrap.dedent(inspect.getsource(function))))
    except (OSError, TypeError, SyntaxError):
        return _compiled(function.__code__)


def _compiled(code: CodeType) -> str:
    constants = [_compiled(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {constants}"
