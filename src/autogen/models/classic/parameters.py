"""Two functions for classic clients of one's own: check a parameter, decide whether tools are still offered."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, cast

from autogen.messages import tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kinds = type | tuple[type, ...]


def validate_parameter(
    params: Mapping[str, Any],
    param_name: str,
    allowed_types: Kinds,
    allow_None: bool,  # noqa: FBT001, N803 - the classic signature
    default_value: Any,
    numerical_bound: tuple[float | None, float | None] | None,
    allowed_values: list[Any] | None,
) -> Any:
    """Return a parameter; the default, with a `UserWarning`, where it is of a wrong type, out of bounds or not allowed.

    Raises:
        TypeError: `allowed_values` is no list.
    """
    if allowed_values is not None and not isinstance(cast("object", allowed_values), list):
        raise TypeError(f"allowed_values should be a list or None, got {type(allowed_values).__name__}")
    value = params.get(param_name, default_value)
    problem = _problem(value, allowed_types, numerical_bound, allowed_values)
    if value is None:
        problem = "" if allow_None else "cannot be None"
    elif problem and allow_None:
        problem += " or None" if problem.startswith("must be of type") else ", or can be None"
    if not problem:
        return value
    warnings.warn(f"Config error - {param_name} {problem}, defaulting to {default_value}.", UserWarning, stacklevel=2)
    return default_value


def _problem(
    value: Any, allowed_types: Kinds, bound: tuple[float | None, float | None] | None, allowed_values: list[Any] | None
) -> str:
    if not isinstance(value, allowed_types):
        several = isinstance(allowed_types, tuple)
        kinds = allowed_types if isinstance(allowed_types, tuple) else (allowed_types,)
        names = ", ".join(kind.__name__ for kind in kinds)
        return f"must be of type {f'({names})' if several else names}"
    if bound:
        low, high = bound
        if (low is None or value >= low) and (high is None or value <= high):
            return ""
        lower = f", >= {low}" if low is not None else ""
        upper = f"{' and' if lower else ''} <= {high}" if high is not None else ""
        return f"has numerical bounds{lower}{upper}"
    if allowed_values and value not in allowed_values:
        return f"must be one of these values [{allowed_values}]"
    return ""


def should_hide_tools(
    messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] | None, hide_tools_param: str
) -> bool:
    """Tell whether tools are no longer offered: "never", "if_any_run" (one has answered) or "if_all_run" (all have).

    Raises:
        TypeError: another word.
    """
    if hide_tools_param == "never" or not tools:
        return False
    if hide_tools_param == "if_any_run":
        return any("tool_call_id" in message for message in messages)
    if hide_tools_param != "if_all_run":
        raise TypeError(
            f"hide_tools_param is not a valid value ['if_all_run','if_any_run','never'], got '{hide_tools_param}'"
        )
    name_by_id = {
        call.get("id"): call.get("function", {}).get("name") for message in messages for call in tool_calls_of(message)
    }
    answered = {name_by_id.get(message["tool_call_id"]) for message in messages if "tool_call_id" in message}
    return all(tool["function"]["name"] in answered for tool in tools)
