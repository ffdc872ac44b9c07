"""Without a model the choice goes round."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    manager = api.group(members, max_round=5, speaker_selection_method="auto")
    api.drive("initiate_chat", members[0], manager, message="hello")
    return {"said": api.said(manager)}
