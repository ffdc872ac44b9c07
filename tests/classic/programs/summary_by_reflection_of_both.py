"""If both have a model, whose model summarises."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    asker, other = api.assistant("asker", ["by the asker"]), api.assistant("other", ["ok", "by the other"])
    result = api.drive("initiate_chat", asker, other, message="go", max_turns=1, summary_method="reflection_with_llm")
    return {"summary": result.summary, "calls": [api.model_calls(asker), api.model_calls(other)]}
