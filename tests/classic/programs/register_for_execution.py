"""The decorated function stays itself; the name is the function's unless given."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()

    @user.register_for_execution()
    def one(a: int) -> dict[str, int]:
        return {"a": a}

    def two() -> str:
        return "ü"

    user.register_for_execution(name="second")(two)
    return {
        "names": sorted(user.function_map),
        "one": one(1),
        "run": [
            user.execute_function({"name": "one", "arguments": '{"a": 1}'}),
            user.execute_function({"name": "second", "arguments": "{}"}),
        ],
    }
