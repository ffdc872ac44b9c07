"""Registering a function as a tool by decorators, one for who asks for it and one for who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from autogen.tools.context import is_context
from autogen.tools.docstring import read_docstring
from autogen.tools.making import as_tool
from autogen.tools.signature import name_of, read_parameters
from autogen.tools.tool import Tool

if TYPE_CHECKING:
    from collections.abc import Callable


class Proposer(Protocol):
    """An agent whose model can be told of functions."""

    def register_for_llm(self, *, name: str | None = None, description: str | None = None) -> Callable[[Any], Any]:
        """Return a decorator that tells of a function."""
        ...


class Executor(Protocol):
    """An agent that can run functions."""

    def register_for_execution(self, name: str | None = None) -> Callable[[Any], Any]:
        """Return a decorator that takes a function."""
        ...


_told: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
"""Name and description that earlier decorators were given, by function."""


def schema_for(function: Any, name: str | None, description: str | None) -> dict[str, Any]:
    """Return the schema that a decorator tells the model; see `plugging.register_for_llm`."""
    if isinstance(function, Tool) or hasattr(function, "run"):
        return as_tool(function).with_options(**_given(name=name, description=description)).schema
    from autogen.tools.classic import schema_with_names  # noqa: PLC0415 - brings pydantic
    from autogen.tools.schema import refuse_untyped  # noqa: PLC0415 - brings pydantic

    known = _remembered(function, name, description)
    docstring = read_docstring(getattr(function, "__doc__", None))
    text = known.get("description") or docstring.text
    if not text:
        raise ValueError("Function description is required, none found.")
    parameters = [each for each in read_parameters(function) if not is_context(each.annotation)]
    refuse_untyped(function, parameters)
    told = {each.name: each.name for each in parameters} | docstring.parameters
    return schema_with_names(function, parameters, known.get("name") or name_of(function), text, told)


def tool_for(function: Any, name: str | None) -> Tool:
    """Return what an agent runs; see `plugging.register_for_execution`."""
    if isinstance(function, Tool) or hasattr(function, "run"):
        return as_tool(function).with_options(**_given(name=name))
    known = _remembered(function, name, None)
    made = Tool(function, name=known.get("name"), description=known.get("description"))
    try:
        made.checked  # noqa: B018 - reading it is the check
    except TypeError:  # a function without types, which the classic runs as it is
        from autogen.tools.schema import UNCHECKED  # noqa: PLC0415 - brings pydantic

        return made.with_options(checked=UNCHECKED)
    return made


def register_function(
    f: Any, *, caller: Proposer, executor: Executor, name: str | None = None, description: str | None = None
) -> None:
    """Tell one agent's model of a function, and let another agent run it.

    Args:
        f: a function with typed parameters, sync or async; or a tool.
        caller: whose model may ask for it.
        executor: who runs it.
        name: what the model calls it; the function's name if not given.
        description: what the model is told; the docstring if not given.
    """
    caller.register_for_llm(name=name, description=description)(f)
    executor.register_for_execution(name=name)(f)


def _remembered(function: Any, name: str | None, description: str | None) -> dict[str, str]:
    """Return what is known of a function, with what is given now; it is kept for the next decorator."""
    given = _given(name=name, description=description)
    try:
        known = {**_told.get(function, {}), **given}
        _told[function] = known
    except TypeError:  # what cannot be kept by reference is not decorated twice either
        return given
    return known


def _given(**options: str | None) -> Any:
    return {key: value for key, value in options.items() if value is not None}
