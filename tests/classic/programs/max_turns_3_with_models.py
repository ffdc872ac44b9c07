"""Three turns call the recipient's model three times and the sender's twice."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    asker = api.assistant("asker", ["question 2", "question 3", "question 4"])
    answerer = api.assistant("answerer", ["answer 1", "answer 2", "answer 3"])
    result = api.drive("initiate_chat", asker, answerer, message="question 1", max_turns=3)
    return {
        "result": api.result(result),
        "calls": [api.model_calls(asker), api.model_calls(answerer)],
        "sent": api.sent_to_model(asker) + api.sent_to_model(answerer),
    }
