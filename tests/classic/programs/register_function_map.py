"""Functions are added, replaced with a warning, and removed by None."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"one": lambda: 1})
    added = api.warned(lambda: user.register_function({"two": lambda: 2}))
    replaced = api.warned(lambda: user.register_function({"one": lambda: 10}))
    names = sorted(user.function_map)
    value = user.execute_function({"name": "one", "arguments": "{}"})
    removed = api.warned(lambda: user.register_function({"one": None}))
    return {
        "added": added,
        "replaced": replaced,
        "removed": removed,
        "names": names,
        "value": value,
        "left": sorted(user.function_map),
    }
