"""What is sent to the models of the members: everybody's messages, with names."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = api.assistant("ann", ["ann 1", "ann 2"]), api.assistant("bob", ["bob 1", "bob 2"])
    manager = api.group([ann, bob], max_round=5)
    api.drive("initiate_chat", api.user(), manager, message="hello")
    return {"ann": api.sent_to_model(ann), "bob": api.sent_to_model(bob), "said": api.said(manager)}
