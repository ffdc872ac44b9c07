"""What a function's signature tells: its parameters with their types, also where annotations are written as text."""

from __future__ import annotations

import functools
import inspect
import typing
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING = inspect.Parameter.empty
MADE_ANEW = object()
"""A default that is made for each call."""

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a caller may give; `annotation` and `default` are `MISSING` where there is none."""

    name: str
    annotation: Any
    default: Any
    is_positional: bool = False

    @property
    def is_required(self) -> bool:
        """Whether a call must give it."""
        return self.default is MISSING


def read_parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Return the parameters in order, without `*args` and `**kwargs`.

    Raises:
        TypeError: not callable, without a signature, or an annotation names what cannot be found.
    """
    hints = hints_of(function)
    return [
        Parameter(
            name,
            *_with_field(hints.get(name, MISSING), given.default),
            is_positional=given.kind is given.POSITIONAL_ONLY,
        )
        for name, given in signature_of(function).parameters.items()
        if given.kind not in _VARIADIC
    ]


def _with_field(annotation: Any, default: Any) -> tuple[Any, Any]:
    """Return annotation and default, where pydantic's `Field(…)` may stand for either: as the default, or in `Annotated`."""
    if _is_field(default):
        inner = Any if annotation is MISSING else annotation
        value = _default_of(default)
        return typing.Annotated[inner | None if value is None else inner, default], value
    if default is MISSING and typing.get_origin(annotation) is typing.Annotated:
        fields = filter(_is_field, typing.get_args(annotation)[1:])
        default = next((found for found in map(_default_of, fields) if found is not MISSING), MISSING)
    return annotation, default


def has_field(annotation: Any) -> bool:
    """Tell whether pydantic's `Field(…)` is part of an annotation."""
    return typing.get_origin(annotation) is typing.Annotated and any(map(_is_field, typing.get_args(annotation)[1:]))


def _is_field(value: object) -> bool:
    kind = type(value)  # looked at by its name: pydantic need not be loaded for functions without
    return kind.__name__ == "FieldInfo" and kind.__module__.startswith("pydantic.")


def _default_of(field: Any) -> Any:
    """Return the default in a `Field(…)`; pydantic fills it in, and what it makes anew for each call is not told."""
    if field.is_required():
        return MISSING
    return MADE_ANEW if field.default_factory is not None else field.default


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature as written.

    Raises:
        TypeError: not callable, or it has none.
    """
    if not callable(function):
        raise TypeError(f"A tool is a function, not {type(function).__name__}: {function!r}")
    try:
        return inspect.signature(function)
    except ValueError as error:
        raise TypeError(
            f"{name_of(function)} has no signature that can be read ({error}). Wrap it in a function."
        ) from None


def name_of(function: object) -> str:
    """Return the name of a function, also of a partial or of an object that can be called."""
    while isinstance(function, functools.partial):
        function = typing.cast("functools.partial[object]", function).func
    return getattr(function, "__name__", None) or type(function).__name__


def hints_of(function: Callable[..., Any], *, returned: bool = False) -> dict[str, Any]:
    """Return the annotations by parameter, those written as text resolved; that of the result only if it is `returned`.

    Names are looked up where the function was written: its module, what it closes over, and the functions that are
    being run right now, so that a class of the calling function is found as well.

    Raises:
        TypeError: a name is not found.
    """
    plain = _underlying(function)
    written: dict[str, Any] = getattr(plain, "__annotations__", {})
    wanted = SimpleNamespace(__annotations__={k: v for k, v in written.items() if returned or k != "return"})
    names: dict[str, Any] = getattr(plain, "__globals__", {})
    try:
        return typing.get_type_hints(wanted, names, include_extras=True)
    except NameError:
        pass
    try:
        return typing.get_type_hints(wanted, names, _names_around(plain), include_extras=True)
    except NameError as error:
        raise TypeError(
            f"An annotation of {name_of(function)} cannot be read: {error}. Define or import the name at module level."
        ) from None


def _underlying(function: Any) -> Any:
    """Return the plain function whose annotations count."""
    while isinstance(function, functools.partial):
        function = typing.cast("functools.partial[Any]", function).func
    if inspect.isroutine(function) or isinstance(function, type):
        return inspect.unwrap(typing.cast("Any", function)) if inspect.isroutine(function) else function.__init__
    return type(function).__call__


def _names_around(function: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            names = {**frame.f_locals, **names}
        frame = frame.f_back
    if inspect.isfunction(function):
        names.update(inspect.getclosurevars(function).nonlocals)
    return names
