"""The old function calls are routed like tool calls, and answered under the name of the function."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"content": "let me see", "function_call": {"name": "add", "arguments": '{"a": 1}'}}
    ann = api.assistant("ann", [call, "it is 2"])
    bob = api.agent("bob", default_auto_reply="I am bob.")
    cid = api.agent("cid", default_auto_reply="I am cid.", function_map={"add": lambda a: a + 1})
    manager = api.group([ann, bob, cid], max_round=4)
    api.drive("initiate_chat", cid, manager, message="hello")
    return api.group_outcome(manager) | {"sent": api.sent_to_model(ann)}
