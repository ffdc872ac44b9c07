"""A selecting function that names a member is asked for tool calls as well."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    ann = api.agent("ann", default_auto_reply={"content": "let me see", "tool_calls": [call]})
    bob = api.agent("bob", default_auto_reply="I am bob.")
    cid = api.agent("cid", default_auto_reply="I am cid.", function_map={"add": lambda a: a + 1})
    order = iter([ann, bob, cid])
    manager = api.group([ann, bob, cid], max_round=4, speaker_selection_method=lambda *_: next(order))
    api.drive("initiate_chat", cid, manager, message="hello")
    return {"said": api.said(manager)}
