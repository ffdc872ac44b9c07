"""The first to speak is no member: everybody may follow, the graph holds afterwards."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid = members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    manager = api.group(
        members,
        max_round=5,
        allowed_or_disallowed_speaker_transitions={ann: [cid], bob: [ann], cid: [bob]},
        speaker_transitions_type="allowed",
    )
    api.drive("initiate_chat", api.user(), manager, message="hello")
    return {"said": api.said(manager)}
