"""A human who picks nobody, where the next in the list may not follow."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid, dan = members = [
        api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid", "dan")
    ]
    manager = api.group(
        members,
        max_round=2,
        speaker_selection_method="manual",
        allowed_or_disallowed_speaker_transitions={ann: [cid, dan], bob: [ann], cid: [ann], dan: [ann]},
        speaker_transitions_type="allowed",
    )
    api.inputs([""])
    api.drive("initiate_chat", ann, manager, message="hello")
    return {"said": api.said(manager)}
