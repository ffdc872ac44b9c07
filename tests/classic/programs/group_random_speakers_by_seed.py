"""The seed of Python's own chance decides who speaks."""

from __future__ import annotations

import random

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    random.seed(11)
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid", "dan")]
    manager = api.group(members, max_round=12, speaker_selection_method="random")
    api.drive("initiate_chat", members[0], manager, message="hello")
    return {"speakers": [message["name"] for message in manager.groupchat.messages]}
