"""Three members on a graph: each has one successor, so nobody is asked."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid = members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    model = api.endpoint([])
    manager = api.group(
        members,
        {"llm_config": model.llm_config},
        max_round=7,
        speaker_selection_method="auto",
        allowed_or_disallowed_speaker_transitions={ann: [cid], cid: [bob], bob: [bob, ann][1:]},
        speaker_transitions_type="allowed",
    )
    api.drive("initiate_chat", ann, manager, message="hello")
    return api.group_outcome(manager) | {"said": api.said(manager), "requests": len(model.sent)}
