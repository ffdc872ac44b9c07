"""What a tool returns, as text for the model."""

from __future__ import annotations

from pydantic import BaseModel

from tests.classic.facade import Api, Outcome


class Point(BaseModel):
    x: int
    label: str = "ü"


def program(api: Api) -> Outcome:
    text = api.autogen.function_utils.serialize_to_str
    return {
        "values": [text(value) for value in ("plain ü", 1, 1.5, None, True, [1, "ü"], {"k": ["é"]}, (1, 2))],
        "model": text(Point(x=1)),
    }
