"""From a signature to a JSON schema for the model, and to a check of what the model gives; by pydantic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, get_args, get_origin

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import PydanticSerializationError, to_jsonable_python
from typing_extensions import TypedDict

from autogen.tools.signature import MISSING, Parameter, has_field, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Schema = dict[str, Any]
_MAX_ERRORS = 8
_MAX_INPUT_CHARS = 80
_STRICT_KEYS = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Checked:
    """How a function is described and called.

    Args:
        schema: its parameters as a JSON schema.
        validate: returns arguments as the types that the function wants, or raises `ValueError` for the model to read.
        positional: names of those that must be given by position.
    """

    schema: Schema
    validate: Callable[[dict[str, Any]], dict[str, Any]]
    positional: tuple[str, ...] = ()


UNCHECKED = Checked({"type": "object"}, lambda given: given)
"""Anything goes: for functions that say nothing of their parameters."""


def check_parameters(
    function: Callable[..., Any], parameters: Sequence[Parameter], described: Mapping[str, str]
) -> Checked:
    """Return schema and check for the parameters of a function; `described` has descriptions from elsewhere.

    Raises:
        TypeError: a parameter without a type, or of a type that no JSON can be checked against.
    """
    refuse_untyped(function, parameters)
    typed = [parameter for parameter in parameters if parameter.annotation is not MISSING]
    return Checked(
        schema_of(function, typed, described),
        _validator(function, typed),
        tuple(parameter.name for parameter in typed if parameter.is_positional),
    )


def refuse_untyped(function: object, parameters: Sequence[Parameter]) -> None:
    """Refuse required parameters without an annotation; one with a default is kept from the model instead.

    Raises:
        TypeError: names them.
    """
    untyped = [parameter.name for parameter in parameters if parameter.is_required and parameter.annotation is MISSING]
    if untyped:
        raise TypeError(
            f"All parameters of the function '{name_of(function)}' without default values must be annotated. "
            f"The annotations are missing for the following parameters: {', '.join(map(repr, sorted(untyped)))}"
        )


def schema_of(function: object, parameters: Sequence[Parameter], described: Mapping[str, str]) -> Schema:
    """Return the JSON schema of the parameters as one object; definitions stand at its top."""
    properties: Schema = {}
    definitions: Schema = {}
    for parameter in parameters:
        schema = type_schema(function, parameter)
        for name, definition in schema.pop("$defs", {}).items():
            if definitions.setdefault(name, definition) != definition:
                raise TypeError(
                    f"Two different classes named {name!r} are parameters of {name_of(function)!r}. Rename one of them."
                )
        properties[parameter.name] = described_schema(schema, parameter, described)
    required = [parameter.name for parameter in parameters if parameter.is_required]
    whole: Schema = {"type": "object", "properties": properties, "required": required}
    return {**whole, "$defs": definitions} if definitions else whole


def described_schema(schema: Schema, parameter: Parameter, described: Mapping[str, str]) -> Schema:
    """Return the schema of one parameter with its description and its default."""
    told = annotated_text(parameter.annotation) or schema.get("description") or described.get(parameter.name)
    if told:
        schema["description"] = told
    if not parameter.is_required:
        try:
            schema["default"] = to_jsonable_python(parameter.default)
        except (PydanticSerializationError, ValueError):
            schema.pop("default", None)  # a default that is no JSON is the function's own affair
    return schema


def annotated_text(annotation: Any) -> str | None:
    """Return the first text in an `Annotated[type, "text"]`."""
    if get_origin(annotation) is not Annotated:
        return None
    return next((extra for extra in get_args(annotation)[1:] if isinstance(extra, str)), None)


def type_schema(function: object, parameter: Parameter) -> Schema:
    """Return the JSON schema of a parameter's type."""
    try:
        return TypeAdapter(parameter.annotation).json_schema()
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        raise TypeError(
            f"The parameter {parameter.name!r} of {name_of(function)!r} has a type that cannot be told to a model: "
            f"{parameter.annotation!r}. Use a type that pydantic understands. ({str(error).splitlines()[0]})"
        ) from None


def _validator(function: object, parameters: Sequence[Parameter]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    fields = {parameter.name: _field(parameter) for parameter in parameters}
    arguments: Any = TypedDict(f"{name_of(function)} arguments", fields)  # type: ignore[misc] - made from a signature
    arguments.__pydantic_config__ = _STRICT_KEYS
    check = TypeAdapter(arguments).validator.validate_python

    def validate(given: dict[str, Any]) -> dict[str, Any]:
        try:
            return check(given)
        except ValidationError as error:
            raise ValueError(told_errors(error)) from None

    return validate


def _field(parameter: Parameter) -> Any:
    annotation = parameter.annotation
    if parameter.default is None and not has_field(annotation):
        annotation = annotation | None
    return annotation if parameter.is_required else NotRequired[annotation]


def told_errors(error: ValidationError) -> str:
    """Say what is wrong with arguments, in lines short enough for a model to read."""
    count = error.error_count()
    lines = [f"{count} validation error{'s' if count != 1 else ''}"]
    for fault in error.errors(include_url=False, include_context=False)[:_MAX_ERRORS]:
        where = ".".join(map(str, fault["loc"])) or "arguments"
        given = repr(fault["input"]) if fault["type"] != "missing" else ""
        shown = given if len(given) <= _MAX_INPUT_CHARS else f"{given[:_MAX_INPUT_CHARS]}…"
        lines.append(f"{where[:_MAX_INPUT_CHARS]}: {fault['msg']}{f' (given: {shown})' if shown else ''}")
    if count > _MAX_ERRORS:
        lines.append(f"and {count - _MAX_ERRORS} more")
    return "\n".join(lines)
