"""A member for whom the chat is over says nothing, and that ends it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def over(message: dict[str, object]) -> bool:
        return "cid" in str(message["content"])

    members = [
        api.agent(name, default_auto_reply=f"I am {name}.", is_termination_msg=over) for name in ("ann", "bob", "cid")
    ]
    manager = api.group(members)
    result = api.drive("initiate_chat", members[0], manager, message="hello")
    return api.group_outcome(manager) | {"result": api.result(result)}
