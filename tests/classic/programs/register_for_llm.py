"""The model is told of a function by its signature and its description."""

from __future__ import annotations

from typing import Annotated, Literal

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", [])

    @assistant.register_for_llm(description="Convert money.")
    def convert(
        amount: Annotated[float, "how much"],
        base: Annotated[Literal["USD", "EUR"], "from"] = "USD",
        note: str | None = None,
    ) -> Annotated[str, "the result"]:
        return f"{amount} {base}"

    return {
        "tools": assistant.llm_config["tools"],
        "still_a_function": convert(1.0),
        "functions": assistant.function_map,
    }
