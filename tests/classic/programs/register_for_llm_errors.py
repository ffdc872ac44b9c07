"""A function needs a description and the agent a model."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def work(a: int) -> int:
        return a

    def untyped(a):  # type: ignore[no-untyped-def]
        return a

    assistant, plain = api.assistant("assistant", []), api.agent("plain")
    return {
        "no_description": api.error(
            lambda: assistant.register_for_llm()(work), "Function description is required, none found."
        ),
        "no_model": api.error(
            lambda: plain.register_for_llm(description="x")(work),
            "LLM config must be setup before registering a function for LLM.",
        ),
        "no_annotation": api.error(
            lambda: assistant.register_for_llm(description="x")(untyped),
            "All parameters of the function 'untyped' without default values must be annotated. The annotations are missing for parameters: 'a'",
        ),
        "not_a_function": api.error(lambda: assistant.register_for_llm(description="x")(3)),
    }
