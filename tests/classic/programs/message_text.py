"""A text message is stored as the assistant's on the sender's side and as the user's on the other."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", ["hello back"])
    result = api.drive("initiate_chat", user, assistant, message="hello", max_turns=1)
    return {
        "result": api.result(result),
        "histories": api.histories(user, assistant),
        "sent_to_model": api.sent_to_model(assistant),
    }
