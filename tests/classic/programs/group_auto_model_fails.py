"""An error of the selecting model comes out; what was said is kept."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    model = api.endpoint(["bob", ValueError("the model is out of order")])
    manager = api.group(members, {"llm_config": model.llm_config}, speaker_selection_method="auto")
    raised = api.error(
        lambda: api.drive("initiate_chat", members[0], manager, message="hello"), "the model is out of order"
    )
    return {"raised": raised, "said": api.said(manager)}
