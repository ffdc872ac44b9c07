"""An error of the model leaves the chat; what was said stays in the histories."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", [ValueError("the model is out")])
    return {
        "error": api.error(lambda: api.drive("initiate_chat", user, assistant, message="go"), "the model is out"),
        "histories": api.histories(user, assistant),
    }
