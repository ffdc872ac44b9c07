"""Anything as plain values for a log; what may be secret is left out."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any, cast

_SECRET = re.compile(
    r"key|secret|password|credential|authorization|token$|token_provider|base_url|endpoint|organization|headers|http_client",
    re.IGNORECASE,
)
_NOT_FOR_A_LOG = frozenset({"self", "__class__"})


def to_dict(obj: Any, exclude: tuple[str, ...] = (), no_recursive: tuple[type, ...] = ()) -> Any:
    """Return a value as dicts, lists, text and numbers: objects by their attributes, functions by their source.

    Args:
        obj: any value.
        exclude: keys and attributes to leave out, at any depth.
        no_recursive: types whose values become text as `str` has it.
    """
    return _plain(obj, exclude, no_recursive, ())


def _plain(obj: Any, exclude: tuple[str, ...], no_recursive: tuple[type, ...], above: tuple[int, ...]) -> Any:  # noqa: PLR0911 - a line for each kind
    if obj is None or isinstance(obj, (int, float, str, bool)):
        return obj
    if isinstance(obj, no_recursive):
        return str(obj)
    if callable(obj):
        return _source_of(obj)
    if id(obj) in above:
        return f"<{type(obj).__name__}>"

    def inner(value: Any) -> Any:
        return _plain(value, exclude, no_recursive, (*above, id(obj)))

    if isinstance(obj, (list, tuple)):
        return [inner(item) for item in cast("list[Any]", obj)]
    fields: Any = cast("Any", obj) if isinstance(obj, Mapping) else getattr(obj, "__dict__", None)
    if fields is None:
        return cast("Any", obj)
    return {str(key): inner(item) for key, item in fields.items() if key not in exclude}


def _source_of(function: Any) -> str:
    try:
        return inspect.getsource(function).strip()
    except (OSError, TypeError):  # typed into a prompt, or not written in Python
        return f"<{getattr(function, '__qualname__', None) or type(function).__name__}>"


def without_secrets(value: Any) -> Any:
    """Return the arguments of a constructor as plain values, without keys and addresses; an object by its type only."""
    if isinstance(value, Mapping):
        given = cast("Mapping[Any, Any]", value)
        return {str(key): without_secrets(item) for key, item in given.items() if not _is_secret(str(key))}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [without_secrets(item) for item in cast("list[Any]", value)]
    if value is None or isinstance(value, (int, float, str, bool)):
        return value
    if inspect.isroutine(value):
        return _source_of(value)
    name = getattr(value, "name", "")
    return f"<{value.__name__ if isinstance(value, type) else type(value).__name__}{f' {name}' if name else ''}>"


def _is_secret(key: str) -> bool:
    return key in _NOT_FOR_A_LOG or _SECRET.search(key) is not None


def as_json(value: Any) -> str:
    """Return a value as JSON; what JSON cannot say by `to_json`, or by its type."""
    return json.dumps(value, default=_said_of)


def _said_of(value: Any) -> str:
    return str(value.to_json()) if hasattr(value, "to_json") else f"<<non-serializable: {type(value).__qualname__}>>"


def name_of(source: Any) -> str:
    """Return the name of a source: an agent, or a name."""
    return source if isinstance(source, str) else str(getattr(source, "name", source))
