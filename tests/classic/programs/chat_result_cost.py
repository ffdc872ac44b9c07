"""Money and tokens of both agents' models, by model, with and without what came from a cache."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    asker, answerer = (api.autogen.AssistantAgent(name, llm_config=api.llm_config) for name in ("asker", "answerer"))
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "cost": 0.25}
    api.script(asker, ["q2", "q3"], usage)
    api.script(answerer, ["a1", "a2"], usage | {"model": "other", "cost": 1.0})
    result = api.drive("initiate_chat", asker, answerer, message="q1", max_turns=2)
    return {
        "cost": result.cost,
        "actual": answerer.get_actual_usage(),
        "total": answerer.get_total_usage(),
        "of_no_model": api.user().get_total_usage(),
        "before_any_call": api.assistant("new", []).get_total_usage(),
    }
