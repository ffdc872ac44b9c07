"""The recipient's model summarises the whole conversation on a fixed prompt."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", ["It is 3.", "They added numbers."])
    result = api.drive(
        "initiate_chat", user, assistant, message="1 + 2?", max_turns=1, summary_method="reflection_with_llm"
    )
    return {
        "result": api.result(result),
        "sent": api.sent_to_model(assistant),
        "histories": api.histories(user, assistant),
    }
