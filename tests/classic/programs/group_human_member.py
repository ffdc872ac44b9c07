"""A human in the group types each of its messages, until it leaves."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS")
    ann, bob = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob"))
    manager = api.group([user, ann, bob], max_round=20)
    prompts = api.inputs(["be brief", "thanks", "exit"])
    result = api.drive("initiate_chat", user, manager, message="hello")
    return api.group_outcome(manager) | {"result": api.result(result), "asked": len(prompts)}
