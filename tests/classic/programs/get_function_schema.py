"""The schema of a function, with every kind of annotation."""

from __future__ import annotations

from typing import Annotated, Dict, List, Literal, Optional, Tuple

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    from pydantic import BaseModel

    class Point(BaseModel):
        x: int
        y: int = 0

    def function(
        a: Annotated[str, "text"],
        b: int = 2,
        c: Annotated[float, "number"] = 0.1,
        *,
        d: Dict[str, List[int]],
        e: Optional[Literal["x", "y"]] = None,
        f: Tuple[int, str] = (1, "a"),
    ) -> str:
        return a

    def point(p: Point) -> Point:
        return p

    def nothing() -> None:
        return None

    function.__annotations__ = {
        "a": Annotated[str, "text"],
        "b": int,
        "c": Annotated[float, "number"],
        "d": Dict[str, List[int]],
        "e": Optional[Literal["x", "y"]],
        "f": Tuple[int, str],
        "return": str,
    }
    point.__annotations__ = {"p": Point, "return": Point}
    schema = api.autogen.function_utils.get_function_schema
    return {
        "function": schema(function, description="Does it."),
        "named": schema(function, name="other", description="Does it.")["function"]["name"],
        "point": schema(point, description="A point."),
        "nothing": schema(nothing, description="Nothing."),
    }
