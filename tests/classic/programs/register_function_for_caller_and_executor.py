"""One call registers a tool on both agents."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def add(a: int, b: int = 2) -> int:
        """Docstring, not used."""
        return a + b

    user, assistant = api.user(), api.assistant("assistant", [])
    api.autogen.register_function(add, caller=assistant, executor=user, description="Add.")
    api.autogen.register_function(add, caller=assistant, executor=user, name="plus", description="Add as well.")
    return {
        "executed": sorted(user.function_map),
        "tools": assistant.llm_config["tools"],
        "run": user.execute_function({"name": "plus", "arguments": '{"a": 1}'}),
    }
