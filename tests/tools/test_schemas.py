"""What a model is told of a function, and how what it gives becomes what the function wants."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import functools
import json
import uuid
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

import autogen
from autogen import Tool, ToolContext
from autogen.tools.execute import run_tool

if TYPE_CHECKING:
    from collections.abc import Callable


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Shape(BaseModel):
    """A shape."""

    name: str
    corners: list[Point] = Field(default_factory=list[Point], description="where it turns")


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Options(TypedDict):
    loud: bool
    times: NotRequired[int]


def parameters(function: Callable[..., Any]) -> dict[str, Any]:
    return autogen.tool(function).parameters


def google(city: str, days: int = 3, *, unit: Literal["C", "F"] = "C") -> str:
    """Tell the weather.

    It is a forecast, from
    today on.

    Args:
        city (str): name of the city,
            as people there say it
        days: how many
            Note: at most 7
        unit: degrees

    Returns:
        str: a table

    Example:
        google("Rome")
    """
    return f"{city} {days} {unit}"


def numpy(city: str, days: int = 3, *, unit: Literal["C", "F"] = "C") -> str:
    """Tell the weather.

    It is a forecast, from
    today on.

    Parameters
    ----------
    city : str
        name of the city,
        as people there say it
    days : int, optional
        how many
        Note: at most 7
    unit : {"C", "F"}
        degrees

    Returns:
    -------
    str
        a table
    """
    return f"{city} {days} {unit}"


def rest(city: str, days: int = 3, *, unit: Literal["C", "F"] = "C") -> str:
    """Tell the weather.

    It is a forecast, from
    today on.

    :param city: name of the city,
        as people there say it
    :param int days: how many
        Note: at most 7
    :param unit: degrees
    :type unit: str
    :returns: a table
    :raises KeyError: no such city
    """
    return f"{city} {days} {unit}"


@pytest.mark.parametrize("function", [google, numpy, rest])
def test_descriptions_are_read_from_docstrings_in_three_styles(function: Callable[..., Any]):
    assert autogen.tool(function).schema == {
        "type": "function",
        "function": {
            "description": "Tell the weather.\n\nIt is a forecast, from\ntoday on.",
            "name": function.__name__,
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "name of the city, as people there say it"},
                    "days": {"type": "integer", "default": 3, "description": "how many Note: at most 7"},
                    "unit": {"enum": ["C", "F"], "type": "string", "default": "C", "description": "degrees"},
                },
                "required": ["city"],
            },
        },
    }


def test_annotated_text_and_fields_describe_a_parameter_before_the_docstring_does():
    def function(
        a: Annotated[int, "from Annotated"], b: Annotated[int, Field(description="from Field", ge=0)], c: int
    ) -> None:
        """Do.

        Args:
            a: from the docstring
            b: from the docstring
            c: from the docstring
        """

    told = parameters(function)["properties"]
    assert [told[name]["description"] for name in "abc"] == ["from Annotated", "from Field", "from the docstring"]
    assert told["b"]["minimum"] == 0


def test_a_function_without_a_docstring_has_no_description():
    def function() -> None: ...

    assert autogen.tool(function).schema["function"] == {
        "name": "function",
        "parameters": {"type": "object", "properties": {}, "required": []},
    }


def test_definitions_stand_at_the_top_where_references_look_for_them():
    def function(shape: Shape, node: Node) -> None: ...

    told = parameters(function)
    assert set(told["$defs"]) == {"Point", "Node"}
    assert told["properties"]["node"] == {"$ref": "#/$defs/Node"}
    assert told["properties"]["shape"]["properties"]["corners"]["items"] == {"$ref": "#/$defs/Point"}


def test_two_classes_of_one_name_cannot_be_told_apart():
    def other() -> type[Any]:
        @dataclasses.dataclass
        class Point:
            z: str

        return Point

    def function(a: list[Point], b: list[Any]) -> None: ...

    function.__annotations__["b"] = list[other()]
    with pytest.raises(TypeError, match="Two different classes named 'Point'"):
        parameters(function)


async def called(function: Callable[..., Any], **arguments: Any) -> Any:
    return (await run_tool(autogen.tool(function), json.dumps(arguments))).content


async def test_arguments_become_what_the_function_wants():
    def function(
        colour: Colour,
        shape: Shape,
        options: Options,
        when: dt.datetime,
        price: decimal.Decimal,
        key: uuid.UUID,
        pair: tuple[int, str],
        either: int | Point,
        node: Node | None = None,
    ) -> str:
        return repr((colour, shape, options, when, price, key, pair, either, node))

    said = await called(
        function,
        colour="red",
        shape={"name": "line", "corners": [{"x": 1}, {"x": 2, "y": 3}]},
        options={"loud": True},
        when="2026-11-25T12:00:00",
        price="1.10",
        key="12345678123456781234567812345678",
        pair=[1, "a"],
        either={"x": 1},
        node={"value": 1, "children": [{"value": 2}]},
    )
    assert said == repr(
        (
            Colour.RED,
            Shape(name="line", corners=[Point(1), Point(2, 3)]),
            {"loud": True},
            dt.datetime(2026, 11, 25, 12),  # noqa: DTZ001 - none was given
            decimal.Decimal("1.10"),
            uuid.UUID("12345678123456781234567812345678"),
            (1, "a"),
            Point(1),
            Node(value=1, children=[Node(value=2)]),
        )
    )


async def test_a_class_that_only_the_calling_function_knows_is_found():
    class Local(BaseModel):
        x: int

    def function(local: Local) -> int:
        return local.x

    assert await called(function, local={"x": 3}) == "3"


def test_a_name_that_is_nowhere_is_named():
    def function(a: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(TypeError, match="An annotation of function cannot be read: name 'Nowhere' is not defined"):
        parameters(function)


async def test_parameters_may_be_called_anything_and_stand_anywhere():
    def function(
        self: int, schema: int, /, model_x: int, *rest: int, json: int = 4, _hidden: int = 5, **more: int
    ) -> str:
        return repr((self, schema, model_x, rest, json, _hidden, more))

    assert list(parameters(function)["properties"]) == ["self", "schema", "model_x", "json", "_hidden"]
    assert await called(function, self=1, schema=2, model_x=3, _hidden=6) == "(1, 2, 3, (), 4, 6, {})"


async def test_a_default_of_none_allows_null():
    def function(a: str = None, b: Annotated[int, "number"] = None) -> str:  # type: ignore[assignment]  # noqa: RUF013
        return repr((a, b))

    assert await called(function, a=None, b=None) == "(None, None)"
    assert await called(function) == "(None, None)"


async def test_what_has_a_default_and_no_annotation_is_not_told_and_cannot_be_given():
    def function(a: int, factor=2) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001
        return a * factor

    assert list(parameters(function)["properties"]) == ["a"]
    assert await called(function, a=2) == "4"
    assert (await called(function, a=2, factor=3)).startswith("Error: 1 validation error\nfactor: Extra inputs")


async def test_fields_of_pydantic_stand_for_defaults_and_within_annotations():
    made: list[int] = []

    def fresh() -> int:
        made.append(1)
        return len(made)

    def book(
        rooms: Annotated[int, Field(default=1, ge=1)],
        guests: Annotated[list[str], Field(default_factory=list)],
        name: str = Field("nobody", description="who pays", max_length=8),
        note: str | None = Field(None, description="for the staff"),
        night: dt.date = Field(..., description="the first"),  # noqa: B008 - as users write it
        turn: int = Field(default_factory=fresh),
        loud=Field(True, description="or not"),  # type: ignore[no-untyped-def]  # noqa: ANN001, B008 - as above
    ) -> Any:
        return [rooms, guests, name, note, night, turn, loud]

    told = parameters(book)
    assert told["required"] == ["night"]
    assert told["properties"]["rooms"] == {"default": 1, "minimum": 1, "type": "integer"}
    assert told["properties"]["name"] == {
        "default": "nobody", "description": "who pays", "maxLength": 8, "type": "string"
    }  # fmt: skip
    assert told["properties"]["night"] == {"description": "the first", "format": "date", "type": "string"}
    assert "default" not in told["properties"]["turn"]
    booked = autogen.tool(book)
    least = [1, [], "nobody", None, "2026-11-26", 1, True]
    assert json.loads((await run_tool(booked, '{"night": "2026-11-26"}')).content) == least
    whole = '{"night": "2026-11-26", "rooms": 2, "guests": ["a"], "name": "b", "note": null, "turn": 9, "loud": false}'
    assert json.loads((await run_tool(booked, whole)).content) == [2, ["a"], "b", None, "2026-11-26", 9, False]
    for wrong, why in (
        ('{"rooms": 1}', "night: Field required"),
        ('{"night": "2026-11-26", "rooms": 0}', "rooms: Input should be greater than or equal to 1"),
        ('{"night": "2026-11-26", "name": "a very long one"}', "name: String should have at most 8"),
    ):
        assert why in (await run_tool(booked, wrong)).content


def test_a_default_that_is_no_json_is_left_out():
    def function(a: Any = object()) -> None: ...  # noqa: B008 - such as people write

    assert parameters(function)["properties"]["a"] == {}


def test_what_cannot_be_told_to_a_model_is_refused():
    class Opaque:
        pass

    def opaque(a: Opaque) -> None: ...
    def untyped(a, b: int, c) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(TypeError, match="The parameter 'a' of 'opaque' has a type that cannot be told to a model"):
        parameters(opaque)
    with pytest.raises(TypeError, match="missing for the following parameters: 'a', 'c'"):
        parameters(untyped)
    with pytest.raises(TypeError, match="dict has no signature that can be read"):
        parameters(dict)


async def test_methods_partials_callable_objects_and_classes_are_tools():
    class Account:
        def __init__(self, start: int = 0) -> None:
            self.total = start

        def add(self, amount: int) -> int:
            """Add to it."""
            self.total += amount
            return self.total

        def __call__(self, amount: int) -> str:
            """Look at it."""
            return f"{self.total} {amount}"

        @staticmethod
        def twice(amount: int) -> int:
            return 2 * amount

        @classmethod
        def named(cls, amount: int) -> str:
            return f"{cls.__name__} {amount}"

    account = Account(1)

    def scaled(a: int, b: int) -> int:
        return a * b

    assert await called(account.add, amount=2) == "3"
    assert await called(account, amount=1) == "3 1"
    assert autogen.tool(account).schema["function"]["description"] == "Look at it."
    assert autogen.tool(account).name == "Account"
    assert await called(Account.twice, amount=2) == "4"
    assert await called(Account.named, amount=2) == "Account 2"
    assert await called(functools.partial(scaled, b=3), a=2) == "6"
    assert autogen.tool(functools.partial(scaled, b=3)).name == "scaled"


async def test_a_method_of_a_class_can_be_made_a_tool_where_it_is_written():
    class Shop:
        def __init__(self, price: int) -> None:
            self.price = price

        @autogen.tool(effect="pure")
        def cost(self, number: int) -> int:
            """Tell the cost."""
            return self.price * number

    tool = Shop(3).cost
    assert isinstance(tool, Tool)
    assert tool.effect == "pure"
    assert list(tool.parameters["properties"]) == ["number"]
    assert (await run_tool(tool, '{"number": 2}')).content == "6"
    assert tool(number=4) == 12
    assert repr(Shop.cost) == "Tool('cost')"


def test_a_tool_can_be_called_like_its_function_and_renamed():
    @autogen.tool
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    plus = add.with_options(name="plus", description="Sum.", needs_approval=True)
    assert add(1, b=2) == 3
    assert (plus.name, plus.description, plus.needs_approval, plus(1, 2)) == ("plus", "Sum.", True, 3)
    assert (add.name, add.needs_approval, add.__doc__, add.__name__) == ("add", False, "Add.", "add")


def test_a_context_is_hidden_wherever_it_stands():
    def function(context: ToolContext, a: int, *, again: ToolContext | None = None) -> None: ...

    assert autogen.tool(lambda: 1, name="x").context_parameters == ()
    assert autogen.tool(function).context_parameters == ("context", "again")
    assert list(parameters(function)["properties"]) == ["a"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"effect": "twice"}, "effect='twice': it must be"),
        ({"retries": -1}, "retries=-1"),
        ({"retries": 1}, "has effect 'once', so it cannot be retried"),
        ({"timeout_s": 0}, "timeout_s=0"),
        ({"max_at_once": 0}, "max_at_once=0"),
        ({"name": "a b"}, "Invalid name: 'a b'"),
        ({"name": ""}, "Invalid name: ''"),
        ({"name": "ä"}, "Invalid name: 'ä'"),
        ({"name": "a" * 65}, "at most 64"),
    ],
)
def test_options_that_cannot_hold_are_refused(options: dict[str, Any], says: str):
    with pytest.raises(ValueError, match=says):
        autogen.tool(google, **options)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(number=st.integers(), words=st.lists(st.text()), point=st.tuples(st.integers(), st.integers()), extra=json_like)
async def test_what_is_written_as_json_arrives_as_it_was(
    number: int, words: list[str], point: tuple[int, int], extra: Any
):
    seen: list[Any] = []

    async def function(number: int, words: list[str], point: Point, extra: Any) -> str:
        seen.append((number, words, point, extra))
        return "ok"

    arguments = {"number": number, "words": words, "point": {"x": point[0], "y": point[1]}, "extra": extra}
    outcome = await run_tool(autogen.tool(function), json.dumps(arguments))
    assert outcome.ok, outcome.content
    assert seen == [(number, words, Point(*point), extra)]


@settings(max_examples=300, deadline=None)
@given(text=st.text() | json_like.map(json.dumps) | st.text(alphabet="{}[]\":,'a1 \\n`"))
async def test_no_text_whatever_makes_a_call_raise(text: str):
    outcome = await run_tool(autogen.tool(google), text)
    assert isinstance(outcome.content, str)
