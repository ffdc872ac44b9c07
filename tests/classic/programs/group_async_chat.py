"""The async form, with all that a plain group has."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = api.assistant("ann", ["ann 1", "ann 2"]), api.assistant("bob", ["bob 1"])
    manager = api.group([ann, bob], max_round=4)
    user = api.user()
    result = api.wait(user.a_initiate_chat(manager, message="hello"))
    return api.group_outcome(manager) | {"result": api.result(result), "sent": api.sent_to_model(ann)}
