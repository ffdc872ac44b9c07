"""A selecting function that names a member is not held to the graph."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid = members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    order = iter([cid, cid, ann, "round_robin"])
    manager = api.group(
        members,
        max_round=5,
        speaker_selection_method=lambda *_: next(order),
        allowed_or_disallowed_speaker_transitions={ann: [bob], bob: [ann], cid: [ann]},
        speaker_transitions_type="allowed",
    )
    api.drive("initiate_chat", ann, manager, message="hello")
    return {"said": api.said(manager)}
