"""Everybody is told at the start who is there; the group's own messages leave it out."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann = api.assistant("ann", ["I am ann."], description="ann does things.")
    bob = api.agent("bob", default_auto_reply="I am bob.", description="bob does nothing.")
    manager = api.group([ann, bob], max_round=3, send_introductions=True)
    user = api.user()
    api.drive("initiate_chat", user, manager, message="hello")
    groupchat = manager.groupchat
    intro = groupchat.introductions_msg()
    labels = {"introduction": intro}
    told = api.labelled(api.group_outcome(manager) | {"sent": api.sent_to_model(ann)}, labels)
    return told | {
        "after_the_sentence": intro.removeprefix(groupchat.DEFAULT_INTRO_MSG),
        "of_some": groupchat.introductions_msg([bob]).removeprefix(groupchat.DEFAULT_INTRO_MSG),
    }
