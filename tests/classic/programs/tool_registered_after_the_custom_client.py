"""A tool may be registered after the model client."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    assistant = api.assistant("assistant", ["hello"])
    api.autogen.register_function(lambda: "noon", caller=assistant, executor=user, name="now", description="Time.")
    return {
        "outcome": api.error(lambda: api.drive("initiate_chat", user, assistant, message="go", max_turns=1).summary),
    }
