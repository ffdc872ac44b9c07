"""Anything is made a plain value for the log."""

from __future__ import annotations

from autogen.logger.logger_utils import get_current_ts, to_dict
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Thing:
        def __init__(self) -> None:
            self.number = 1
            self.inner = {"secret": "x", "list": [1, (2, "three")]}
            self.other = Other()

    class Other:
        def __init__(self) -> None:
            self.text = "text"

        def __str__(self) -> str:
            return "the other"

    class Bare:
        __slots__ = ()

    return {
        "plain": [to_dict(value) for value in (1, 1.5, "x", True)],
        "none": to_dict(None),
        "thing": to_dict(Thing()),
        "excluded": to_dict(Thing(), exclude=("number", "secret")),
        "not_deeper": to_dict(Thing(), no_recursive=(Other,)),
        "dict": to_dict({1: {"a": None}, "b": [Thing()]}, exclude=("inner", "other")),
        "time": len(get_current_ts().split(" ")),
    }
