"""The schema of a function, with every kind of annotation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel

from tests.classic.facade import Api, Outcome


class Point(BaseModel):
    x: int
    y: int = 0


def program(api: Api) -> Outcome:
    def function(
        a: Annotated[str, "text"],
        b: int = 2,
        c: Annotated[float, "number"] = 0.1,
        *,
        d: dict[str, list[int]],
        e: Literal["x", "y"] | None = None,
        f: tuple[int, str] = (1, "a"),
    ) -> str:
        return a

    def point(p: Point) -> Point:
        return p

    def nothing() -> None:
        return None

    schema = api.autogen.function_utils.get_function_schema
    return {
        "function": schema(function, description="Does it."),
        "named": schema(function, name="other", description="Does it.")["function"]["name"],
        "point": schema(point, description="A point."),
        "nothing": schema(nothing, description="Nothing."),
    }
