"""Name and description flow from the first decorator to the next."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant, other = api.user(), api.assistant("assistant", []), api.assistant("other", [])

    @user.register_for_execution()
    @other.register_for_llm()
    @assistant.register_for_llm(name="add_up", description="Add.")
    def add(a: int, b: int) -> int:
        return a + b

    return {
        "executed": sorted(user.function_map),
        "assistant": assistant.llm_config["tools"],
        "other": other.llm_config["tools"],
        "type": type(add).__name__,
    }
