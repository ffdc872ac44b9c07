"""Removing a function that is not there; names that are not valid."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    remove = lambda: [kind for kind, _ in api.warned(lambda: user.register_function({"missing": None}))["warnings"]]
    return {
        "remove_unknown": api.error(remove),
        "bad_name": api.error(
            lambda: user.register_function({"a b": lambda: 1}), "Invalid name", "Only letters, numbers"
        ),
        "long_name": api.error(lambda: user.register_function({"a" * 65: lambda: 1}), "Invalid name", "64"),
        "in_the_constructor": api.error(
            lambda: sorted(api.user(function_map={"a b": lambda: 1}).function_map), "Invalid name"
        ),
    }
