"""Whether an agent has a function, or all of several."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"one": lambda: 1, "two": lambda: 2})
    given = ("one", "three", ["one", "two"], ["one", "three"], [])
    return {str(names): user.can_execute_function(names) for names in given}
