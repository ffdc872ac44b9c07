"""Each member speaks in its turn, and every message reaches everybody once."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    manager = api.group(members, max_round=6)
    result = api.drive("initiate_chat", members[0], manager, message="hello")
    return api.group_outcome(manager) | {"result": api.result(result), "names": manager.groupchat.agent_names}
