"""Chance picks among the members that may speak, and in time each of them."""

from __future__ import annotations

import random
from itertools import pairwise

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    random.seed(7)
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]

    def speakers(**options: object) -> list[str]:
        manager = api.group(members, max_round=200, speaker_selection_method="random", **options)
        api.drive("initiate_chat", members[0], manager, message="hello")
        return [message["name"] for message in manager.groupchat.messages]

    free, strict = speakers(), speakers(allow_repeat_speaker=False)
    ann, bob, cid = members
    graph = speakers(
        allowed_or_disallowed_speaker_transitions={ann: [bob, cid], bob: [ann], cid: [ann]},
        speaker_transitions_type="allowed",
    )
    pairs = {name: sorted(set(pairwise(told))) for name, told in (("strict", strict), ("graph", graph))}
    return {"everybody": sorted(set(free)), "repeats": any(map(str.__eq__, free, free[1:])), "pairs": pairs}
