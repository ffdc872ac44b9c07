"""Registering a name twice replaces the description, with a warning."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def add(a: int) -> int:
        return a

    assistant, user = api.assistant("assistant", []), api.user()
    register = lambda description: assistant.register_for_llm(name="add", description=description)(add)
    first = api.warned(lambda: register("one").__name__ and None)
    second = api.warned(lambda: register("two").__name__ and None)
    user.register_for_execution(name="add")(add)
    executed = api.warned(lambda: user.register_for_execution(name="add")(add) and None)
    return {"first": first, "second": second, "executed": executed, "tools": assistant.llm_config["tools"]}
