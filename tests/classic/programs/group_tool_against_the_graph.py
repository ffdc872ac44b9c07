"""A tool call goes to the one that has the tool, even where the graph has no way to it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    ann = api.agent("ann", default_auto_reply={"content": "let me see", "tool_calls": [call]})
    bob = api.agent("bob", default_auto_reply="I am bob.")
    cid = api.agent("cid", default_auto_reply="I am cid.", function_map={"add": lambda a: a + 1})
    manager = api.group(
        [ann, bob, cid],
        max_round=6,
        allowed_or_disallowed_speaker_transitions={ann: [bob], bob: [ann], cid: [bob]},
        speaker_transitions_type="allowed",
    )
    api.drive("initiate_chat", bob, manager, message="hello")
    return {"said": api.said(manager)}
