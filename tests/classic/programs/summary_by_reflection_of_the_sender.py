"""If only the sender has a model, the sender's model summarises."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    asker, other = api.assistant("asker", ["They said ok."]), api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", asker, other, message="go", max_turns=1, summary_method="reflection_with_llm")
    return {"result": api.result(result), "sent": api.sent_to_model(asker)}
