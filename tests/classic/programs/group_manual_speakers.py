"""A human picks each speaker by its number."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    manager = api.group(members, max_round=5, speaker_selection_method="manual")
    prompts = api.inputs(["3", "3", "2", "1"])
    api.drive("initiate_chat", members[0], manager, message="hello")
    return {"said": api.said(manager), "asked": len(prompts)}
