"""A model picks each speaker by its name; what it is asked."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [
        api.agent(name, default_auto_reply=f"I am {name}.", description=f"{name} does things.")
        for name in ("ann", "bob", "cid")
    ]
    model = api.endpoint(["cid", "bob", "bob"])
    manager = api.group(members, {"llm_config": model.llm_config}, max_round=4, speaker_selection_method="auto")
    api.drive("initiate_chat", members[0], manager, message="hello")
    groupchat = manager.groupchat
    labels = {"message": groupchat.select_speaker_msg(members), "prompt": groupchat.select_speaker_prompt(members)}
    return api.group_outcome(manager) | {"sent": api.labelled(model.sent, labels)}
