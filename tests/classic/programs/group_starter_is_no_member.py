"""Somebody outside starts: the members all hear it, the outsider hears nothing back."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
    manager = api.group(members, max_round=4)
    result = api.drive("initiate_chat", user, manager, message="hello")
    return api.group_outcome(manager) | {"result": api.result(result), "user": api.histories(user)}
