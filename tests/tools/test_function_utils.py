"""The functions of `autogen.function_utils`, as old programs call them."""

from __future__ import annotations

import inspect
import logging
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from autogen import function_utils


class Currency(BaseModel):
    currency: Literal["USD", "EUR"]
    amount: float


def f(a: Annotated[str, "Parameter a"], b: int = 2, c: Annotated[float, "Parameter c"] = 0.1, *, d: Any) -> str:
    return f"{a}{b}{c}{d}"


def test_signatures_are_read_with_annotations_resolved():
    signature = function_utils.get_typed_signature(f)
    assert function_utils.get_param_annotations(signature) == {
        "a": Annotated[str, "Parameter a"],
        "b": int,
        "c": Annotated[float, "Parameter c"],
        "d": Any,
    }
    assert function_utils.get_required_params(signature) == ["a", "d"]
    assert function_utils.get_default_values(signature) == {"b": 2, "c": 0.1}
    assert function_utils.get_typed_return_annotation(f) is str
    assert function_utils.get_typed_return_annotation(lambda: None) is None
    assert function_utils.get_typed_annotation("float", {}) is float
    assert function_utils.get_typed_annotation(str, {}) is str


def test_missing_annotations_are_told_by_kind():
    def g(a, b: int, c=1):  # type: ignore[no-untyped-def]  # noqa: ANN001
        return a, b, c

    signature = function_utils.get_typed_signature(g)
    assert function_utils.get_missing_annotations(signature, ["a", "b"]) == ({"a"}, {"c"})


def test_a_parameter_is_described_by_its_name_if_by_nothing_else():
    schema = function_utils.get_parameter_json_schema
    assert schema("c", str, {"c": "ok"}) == {"type": "string", "description": "c", "default": "ok"}
    assert schema("c", Annotated[str, "text"], {}) == {"type": "string", "description": "text"}
    assert schema("m", Currency, {"m": Currency(currency="EUR", amount=1)})["default"] == {
        "currency": "EUR",
        "amount": 1.0,
    }
    told = function_utils.get_parameters(["a"], {"a": int, "b": Annotated[int, "number"]}, {"b": 3})
    assert told.model_dump() == {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "description": "a"},
            "b": {"type": "integer", "description": "number", "default": 3},
        },
        "required": ["a"],
    }
    assert function_utils.type2schema(int) == {"type": "integer"}


def test_what_is_not_annotated_is_warned_about(caplog: pytest.LogCaptureFixture):
    def g(a: int, b=1):  # type: ignore[no-untyped-def]  # noqa: ANN001
        return a, b

    with caplog.at_level(logging.WARNING):
        function_utils.get_function_schema(g, description="G.")
    assert [record.message for record in caplog.records] == [
        "The following parameters of the function 'g' with default values are not annotated: 'b'.",
        (
            "The return type of the function 'g' is not annotated. Although annotating it is optional, the function "
            "should return either a string, a subclass of 'pydantic.BaseModel'."
        ),
    ]


async def test_dicts_become_the_models_that_a_function_wants():
    def sync(base: Annotated[Currency, "Base"], times: int = 1) -> float:
        return base.amount * times

    async def later(base: Currency) -> float:
        return base.amount

    loaded, loaded_later = map(function_utils.load_basemodels_if_needed, (sync, later))
    assert loaded(base={"currency": "EUR", "amount": 2}, times=3) == 6
    assert inspect.iscoroutinefunction(loaded_later)
    assert not inspect.iscoroutinefunction(loaded)
    assert await loaded_later(base={"currency": "EUR", "amount": 2}) == 2
    assert function_utils.get_load_param_if_needed_function(int) is None


def test_values_become_text():
    assert function_utils.serialize_to_str("ü") == "ü"
    assert function_utils.serialize_to_str({"a": ["ü"]}) == '{"a": ["ü"]}'
    assert function_utils.serialize_to_str(Currency(currency="EUR", amount=1)) == '{"currency":"EUR","amount":1.0}'
