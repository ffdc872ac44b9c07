"""Arguments that are dicts become the models of the signature, sync and async."""

from __future__ import annotations

from pydantic import BaseModel

from autogen import function_utils
from tests.classic.facade import Api, Outcome


class Point(BaseModel):
    x: int
    y: int = 2


def program(api: Api) -> Outcome:
    def total(point: Point, by: int = 1) -> int:
        return (point.x + point.y) * by

    async def later(point: Point) -> str:
        return f"{point.x}, {point.y}"

    def plain(a: int) -> int:
        return a

    loading = function_utils.load_basemodels_if_needed(total)
    loading_later = function_utils.load_basemodels_if_needed(later)
    point = function_utils.get_load_param_if_needed_function(Point)({"x": 1}, Point)
    return {
        "total": [loading(point={"x": 1}), loading(point={"x": 1, "y": 5}, by=3)],
        "a_model": api.error(lambda: loading(point=Point(x=7))),
        "later": api.wait(loading_later(point={"x": 1})),
        "name": [loading.__name__, loading_later.__name__],
        "plain": function_utils.load_basemodels_if_needed(plain)(a=3),
        "loader": [point.x, point.y, function_utils.get_load_param_if_needed_function(int) is None],
        "bad": api.error(lambda: loading(point={"y": 1}))["raised"],
        "texts": [
            function_utils.serialize_to_str(value) for value in ("text", 3, {"a": "ü"}, Point(x=1), None, [1, "x"])
        ],
    }
