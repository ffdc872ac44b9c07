"""What is read of a function's signature."""

from __future__ import annotations

import inspect
from typing import Annotated, Dict, List, Literal, Optional, Tuple

from pydantic import BaseModel, Field

from autogen import function_utils
from tests.classic.facade import Api, Outcome


class Money(BaseModel):
    currency: Annotated[str, Field(description="Currency")] = "EUR"
    amount: float


def exchange(
    money: Annotated[Money, "The money"],
    to: Annotated[Literal["USD", "EUR"], "Target"] = "EUR",
    fees: Optional[List[Tuple[float, str]]] = None,
    limits: Annotated[Dict[str, int], "Limits"] = {"a": 1},  # noqa: B006 - as users write it
    either: int | str = 3,
) -> Money:
    return money


def untyped(a, b: int, c=1, *, d):
    return a


def program(api: Api) -> Outcome:
    def parts(function: object) -> Outcome:
        signature = function_utils.get_typed_signature(function)
        annotations = function_utils.get_param_annotations(signature)
        required = function_utils.get_required_params(signature)
        missing = function_utils.get_missing_annotations(signature, required)
        return {
            "parameters": list(signature.parameters),
            "annotated": sorted(annotations),
            "required": required,
            "missing": [sorted(group) for group in missing],
            "defaults": sorted(function_utils.get_default_values(signature)),
            "returns": str(function_utils.get_typed_return_annotation(function) is not None),
        }

    schema = function_utils.get_function_schema(exchange, description="Exchanges.")
    schema["function"]["parameters"].pop("$defs", None)
    signature = inspect.signature(exchange)
    return {
        "exchange": parts(exchange),
        "untyped": parts(untyped),
        "schema_name": schema["function"]["name"],
        "required": schema["function"]["parameters"]["required"],
        "kinds": {key: value.get("type") for key, value in schema["function"]["parameters"]["properties"].items()},
        "descriptions": {
            key: value.get("description") for key, value in schema["function"]["parameters"]["properties"].items()
        },
        "untyped_schema": api.error(
            lambda: function_utils.get_function_schema(untyped, description="x") and "made", "a", "d"
        ),
        "forward": function_utils.get_typed_annotation("int", globals()),
        "count": len(signature.parameters),
    }
