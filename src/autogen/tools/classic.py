"""The functions of `autogen.function_utils`, by which old programs describe functions and load their arguments."""

from __future__ import annotations

import functools
import inspect
import json
import logging
from typing import TYPE_CHECKING, Annotated, Any, ForwardRef, Literal, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from autogen.core.sync import is_async
from autogen.tools.schema import described_schema, refuse_untyped, schema_of, type_schema
from autogen.tools.signature import MISSING, Parameter, hints_of, name_of, read_parameters, signature_of

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("autogen.function_utils")


class Parameters(BaseModel):
    """The parameters of a function as a JSON schema."""

    type: Literal["object"] = "object"
    properties: dict[str, Any]
    required: list[str]


def get_typed_annotation(annotation: Any, globalns: dict[str, Any]) -> Any:
    """Return an annotation, read in `globalns` if it is written as text."""
    if not isinstance(annotation, (str, ForwardRef)):
        return annotation
    holder = type("holder", (), {"__annotations__": {"it": annotation}})
    import typing  # noqa: PLC0415 - for this one call

    return typing.get_type_hints(holder, globalns=globalns, include_extras=True)["it"]


def get_typed_signature(call: Callable[..., Any]) -> inspect.Signature:
    """Return the signature with annotations written as text resolved."""
    hints = hints_of(call)
    given = signature_of(call)
    typed = [
        each.replace(annotation=hints.get(name, each.annotation)) if each.annotation is not MISSING else each
        for name, each in given.parameters.items()
    ]
    return inspect.Signature(typed)


def get_typed_return_annotation(call: Callable[..., Any]) -> Any:
    """Return the annotation of what the function returns, or `None`."""
    if signature_of(call).return_annotation is inspect.Signature.empty:
        return None
    return hints_of(call, returned=True).get("return")


def get_param_annotations(typed_signature: inspect.Signature) -> dict[str, Any]:
    """Return the annotations by parameter, for those that have one."""
    return {
        name: each.annotation for name, each in typed_signature.parameters.items() if each.annotation is not MISSING
    }


def get_required_params(typed_signature: inspect.Signature) -> list[str]:
    """Return the names of the parameters without a default."""
    return [name for name, each in typed_signature.parameters.items() if each.default is MISSING]


def get_default_values(typed_signature: inspect.Signature) -> dict[str, Any]:
    """Return the defaults by parameter, for those that have one."""
    return {name: each.default for name, each in typed_signature.parameters.items() if each.default is not MISSING}


def get_missing_annotations(typed_signature: inspect.Signature, required: list[str]) -> tuple[set[str], set[str]]:
    """Return the parameters without an annotation: (those that are required, those with a default)."""
    untyped = {name for name, each in typed_signature.parameters.items() if each.annotation is MISSING}
    return untyped & set(required), untyped - set(required)


def get_parameter_json_schema(k: str, v: Any, default_values: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of the parameter `k` with the annotation `v`; without a description, its name stands there."""
    parameter = Parameter(k, v, default_values.get(k, MISSING))
    schema = type_schema(k, parameter)
    schema.pop("description", None)
    return described_schema(schema, parameter, {k: k})


def get_parameters(
    required: list[str], param_annotations: dict[str, Any], default_values: dict[str, Any]
) -> Parameters:
    """Return the JSON schema of all annotated parameters."""
    properties = {name: get_parameter_json_schema(name, v, default_values) for name, v in param_annotations.items()}
    return Parameters(properties=properties, required=required)


def get_function_schema(f: Callable[..., Any], *, name: str | None = None, description: str) -> dict[str, Any]:
    """Return the schema of a function in OpenAI's form, every parameter described (by its name if by nothing else).

    Raises:
        TypeError: a required parameter has no annotation.
    """
    parameters = read_parameters(f)
    refuse_untyped(f, parameters)
    untyped = sorted(parameter.name for parameter in parameters if parameter.annotation is MISSING)
    if untyped:
        logger.warning(
            f"The following parameters of the function '{name_of(f)}' with default values are not annotated: "  # noqa: G004 - old tests compare the text
            f"{', '.join(map(repr, untyped))}."
        )
    if signature_of(f).return_annotation is inspect.Signature.empty:
        logger.warning(
            f"The return type of the function '{name_of(f)}' is not annotated. Although annotating it is optional, "  # noqa: G004 - as above
            "the function should return either a string, a subclass of 'pydantic.BaseModel'."
        )
    return schema_with_names(f, parameters, name or name_of(f), description)


def schema_with_names(
    function: Callable[..., Any],
    parameters: list[Parameter],
    name: str,
    description: str,
    described: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the schema with each parameter described, by its name where nothing else does."""
    typed = [parameter for parameter in parameters if parameter.annotation is not MISSING]
    told = schema_of(function, typed, described or {parameter.name: parameter.name for parameter in typed})
    return {"type": "function", "function": {"description": description, "name": name, "parameters": told}}


def get_load_param_if_needed_function(t: Any) -> Callable[[Any, Any], BaseModel] | None:
    """Return a function `(value, type)` that makes a pydantic model of a dict, if the annotation is one; else `None`."""
    if get_origin(t) is Annotated:
        return get_load_param_if_needed_function(get_args(t)[0])
    if not (isinstance(t, type) and issubclass(t, BaseModel)):
        return None
    model = t

    def load(value: Any, _: Any) -> BaseModel:
        return model.model_validate(value)

    return load


def load_basemodels_if_needed(func: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, sync or async as it was, with dicts given for pydantic models made into these."""
    annotations = get_param_annotations(get_typed_signature(func))
    loads = {name: load for name, t in annotations.items() if (load := get_load_param_if_needed_function(t))}

    def loaded(kwargs: dict[str, Any]) -> dict[str, Any]:
        return {k: loads[k](v, annotations[k]) if k in loads else v for k, v in kwargs.items()}

    @functools.wraps(func)
    def call_loaded(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **loaded(kwargs))

    @functools.wraps(func)
    async def await_loaded(*args: Any, **kwargs: Any) -> Any:
        return await func(*args, **loaded(kwargs))

    return await_loaded if is_async(func) else call_loaded


def serialize_to_str(value: Any) -> str:
    """Return a value as text: text as it is, a pydantic model as JSON, anything else as JSON.

    Raises:
        TypeError: a value that is no JSON.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return json.dumps(value, ensure_ascii=False)


def type2schema(t: Any) -> dict[str, Any]:
    """Return the JSON schema of a type."""
    return cast("Any", TypeAdapter(t)).json_schema()
