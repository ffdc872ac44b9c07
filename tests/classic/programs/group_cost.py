"""What a group costs, with models of the members and of the selector."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "cost": 0.25}
    ann, bob = (api.autogen.AssistantAgent(name, llm_config=api.llm_config) for name in ("ann", "bob"))
    api.script(ann, ["ann 1", "ann 2"], usage)
    api.script(bob, ["bob 1", "bob 2"], usage | {"model": "other"})
    model = api.endpoint(["ann", "bob", "ann"])
    manager = api.group([ann, bob], {"llm_config": model.llm_config}, max_round=4, speaker_selection_method="auto")
    result = api.drive("initiate_chat", api.user(), manager, message="hello")
    return {"cost": result.cost, "said": api.said(manager), "ann": ann.get_total_usage(), "bob": bob.get_total_usage()}
