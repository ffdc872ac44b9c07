"""A function may leave a choice to the model; the group's own rules then hold."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    model = api.endpoint(["cid", "nobody", "ann"])
    manager = api.group(
        members, {"llm_config": model.llm_config}, max_round=3, speaker_selection_method=lambda *_: "auto"
    )
    api.drive("initiate_chat", members[0], manager, message="hello")
    return {"said": api.said(manager), "requests": len(model.sent)}
