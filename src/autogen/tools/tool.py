"""The tool: a function with a name, a description, a JSON schema, and what may be done with a call of it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, cast, overload

from autogen.core.sync import coroutine_of, is_async
from autogen.tools.context import is_context
from autogen.tools.gate import gate_of
from autogen.tools.signature import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.core.approval import Approver
    from autogen.core.record.kind import Effect
    from autogen.core.record.state import State
    from autogen.tools.gate import Gate
    from autogen.tools.schema import Checked, Schema
    from autogen.tools.signature import Parameter

ONE_RUN: Literal["one run"] = "one run"
MAX_NAME = 64
MAX_RESULT_CHARS = 100_000
_NAME = re.compile(rf"[a-zA-Z0-9_-]{{1,{MAX_NAME}}}")


class ToolOptions(TypedDict, total=False):
    """What may be said of a tool; see `Tool`."""

    name: str | None
    description: str | None
    timeout_s: float | None
    retries: int
    effect: Effect
    needs_approval: bool | Approver
    max_result_chars: int | None
    max_at_once: int | Literal["one run"] | None
    state: State | None
    checked: Checked | None


class Tool:
    """Something a model may ask to be done. Calling it calls the function.

    Args:
        function: sync or async, with typed parameters; one of type `ToolContext` is filled in and not shown.
        name: what the model calls it; the function's name if not given.
        description: what the model is told; the docstring if not given, where parameters are described as well.
        timeout_s: longest time for one attempt; `None` for no bound but the run's. A sync function with a bound runs
            in a thread of its own, which is left behind if it does not end in time.
        retries: further attempts after an exception; not allowed for an effect of `once`.
        effect: "pure" (no traces), "repeatable" (twice is as good as once) or "once" (twice would be wrong).
        needs_approval: `True` asks the agent's human before each call; or a function that decides (see `Approver`).
        max_result_chars: a longer result is cut in the middle, with a note that names the file where all of it is kept;
            `None` for no bound.
        max_at_once: so many calls at the same time, over all conversations of an event loop; the others wait. 1 is for
            functions that must not run twice at once; `None` leaves it to the bound for one message, as does an effect
            that is said to be "pure" or "repeatable". If nothing is said, the calls of one run at a time ("one run").
        state: what its calls change in this process: a dict, a list, or an object with `save_state()` and
            `load_state(state)`; several tools may share it. In a recorded run it is saved after each call, as JSON, and
            is as it was when the run is resumed.
        checked: schema and check of the parameters, where they do not come from the function.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
        timeout_s: float | None = None,
        retries: int = 0,
        effect: Effect = "once",
        needs_approval: bool | Approver = False,
        max_result_chars: int | None = MAX_RESULT_CHARS,
        max_at_once: int | Literal["one run"] | None = ONE_RUN,
        state: State | None = None,
        checked: Checked | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(f"A tool is a function, not {type(function).__name__}: {function!r}")
        self.function = function
        self.name = check_name(name_of(function) if name is None else name)
        self.timeout_s, self.retries = timeout_s, retries
        self.effect: Effect = effect
        self.needs_approval, self.max_result_chars = needs_approval, max_result_chars
        self._given_at_once: int | Literal["one run"] | None = max_at_once
        self.max_at_once = None if max_at_once == ONE_RUN and effect != "once" else max_at_once
        self.state = state
        self._given_description, self._checked = description, checked
        self._is_given = checked is not None
        self._check_options()
        self.is_async = is_async(function) or coroutine_of(function) is not None
        self.__name__, self.__doc__ = self.name, getattr(function, "__doc__", None)
        self.__wrapped__ = function

    def _check_options(self) -> None:
        if self.effect not in {"pure", "repeatable", "once"}:
            raise ValueError(f"effect={self.effect!r}: it must be 'pure', 'repeatable' or 'once'.")
        if self.retries < 0:
            raise ValueError(f"retries={self.retries}: give a whole number from 0.")
        if self.retries and self.effect == "once":
            raise ValueError(
                f"The tool {self.name!r} has effect 'once', so it cannot be retried: the first attempt may have worked. "
                "If twice is as good as once, say effect='repeatable'."
            )
        at_once = self.max_at_once
        if at_once not in {ONE_RUN, None} and (not isinstance(at_once, int) or at_once < 1):
            raise ValueError(f"max_at_once={at_once!r}: give a whole number from 1, or None for no bound.")
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise ValueError(f"timeout_s={self.timeout_s}: give seconds above 0, or None for no bound.")
        if self.state is not None:
            from autogen.core.record.state import check_state  # noqa: PLC0415 - only for tools that keep some

            check_state(self.state, f"the tool {self.name!r}")

    @functools.cached_property
    def description(self) -> str:
        """What the model is told of it."""
        if self._given_description is not None:
            return self._given_description
        from autogen.tools.docstring import read_docstring  # noqa: PLC0415 - only where a docstring is used

        return read_docstring(_docstring(self.function)).text

    @functools.cached_property
    def _parameters(self) -> list[Parameter]:
        from autogen.tools.signature import read_parameters  # noqa: PLC0415 - only for tools that are used

        return read_parameters(self.function)

    @functools.cached_property
    def context_parameters(self) -> tuple[str, ...]:
        """Names of the parameters that are filled in with the `ToolContext`."""
        try:
            return tuple(parameter.name for parameter in self._parameters if is_context(parameter.annotation))
        except TypeError:
            if not self._is_given:
                raise
            return ()  # the schema is not the function's, so its annotations need not be readable

    @functools.cached_property
    def gate(self) -> Gate:
        """Who may be in its function, where the calls of one run come at a time."""
        return gate_of(self.function, self)

    def takes_whole(self, text: str) -> bool:
        """Tell whether a result is short enough to be told as it is."""
        return self.max_result_chars is None or len(text) <= self.max_result_chars

    @property
    def checked(self) -> Checked:
        """How its arguments are described and checked.

        Raises:
            TypeError: a parameter has no type, or one that cannot be told to a model.
        """
        if self._checked is None:
            from autogen.tools.docstring import read_docstring  # noqa: PLC0415 - only for tools that are used
            from autogen.tools.schema import check_parameters  # noqa: PLC0415 - brings pydantic

            told = [parameter for parameter in self._parameters if not is_context(parameter.annotation)]
            described = read_docstring(_docstring(self.function)).parameters
            self._checked = check_parameters(self.function, told, described)
        return self._checked

    @property
    def parameters(self) -> Schema:
        """The parameters as a JSON schema."""
        return self.checked.schema

    @functools.cached_property
    def schema(self) -> dict[str, Any]:
        """The whole tool in OpenAI's form: `{"type": "function", "function": {name, description, parameters}}`."""
        told = {"description": self.description} if self.description else {}
        return {"type": "function", "function": {**told, "name": self.name, "parameters": self.parameters}}

    def with_options(self, **options: Unpack[ToolOptions]) -> Tool:
        """Return the same tool with other options: another name, a time limit, an approval."""
        known: dict[str, Any] = {
            "name": self.name,
            "description": self._given_description,
            "timeout_s": self.timeout_s,
            "retries": self.retries,
            "effect": self.effect,
            "needs_approval": self.needs_approval,
            "max_result_chars": self.max_result_chars,
            "max_at_once": self._given_at_once,
            "state": self.state,
            "checked": self._checked if self._is_given else None,
        }
        merged: dict[str, Any] = {**known, **options}
        return Tool(self.function, **merged)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, as if it were no tool."""
        return self.function(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Tool:
        """Return the tool of an instance, where a method of a class was made a tool."""
        if instance is None or not hasattr(self.function, "__get__"):
            return self
        bound = Tool.with_options(self)
        bound.function = bound.__wrapped__ = cast("Any", self.function).__get__(instance, owner)
        return bound

    @property
    def _origin(self) -> Callable[..., Any]:
        """The function, as old programs ask for it."""
        return self.function

    def __repr__(self) -> str:
        return f"Tool({self.name!r})"


@overload
def tool(function: Callable[..., Any], /, **options: Unpack[ToolOptions]) -> Tool: ...
@overload
def tool(function: None = None, /, **options: Unpack[ToolOptions]) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(
    function: Callable[..., Any] | None = None, /, **options: Unpack[ToolOptions]
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Make a function a tool: `@tool`, `@tool(timeout_s=5)`, or `tool(function, name="other")`; options as for `Tool`."""
    if function is not None:
        return Tool(function, **options)

    def decorate(given: Callable[..., Any]) -> Tool:
        return Tool(given, **options)

    return decorate


def check_name(name: object) -> str:
    """Return the name if a provider takes it.

    Raises:
        ValueError: names the value and what is allowed.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise ValueError(
        f"Invalid name: {name!r:.100}. Only letters of ASCII, numbers, '_' and '-' are allowed, at most {MAX_NAME}. "
        "Give the tool another one: tool(f, name='…')."
    )


def _docstring(function: Any) -> str | None:
    while isinstance(function, functools.partial):
        function = cast("functools.partial[Any]", function).func
    if isinstance(function, type) or callable(getattr(function, "__get__", None)) or hasattr(function, "__name__"):
        return function.__doc__
    return type(function).__call__.__doc__ or type(function).__doc__
