"""Several members have the tool, but the graph leads to none of them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    ann = api.agent("ann", default_auto_reply={"content": "let me see", "tool_calls": [call]})
    bob, cid, dan = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("bob", "cid", "dan"))
    for member in (cid, dan):
        member.register_function({"add": lambda a: a + 1})
    manager = api.group(
        [ann, bob, cid, dan],
        max_round=3,
        allowed_or_disallowed_speaker_transitions={ann: [bob], bob: [ann], cid: [ann], dan: [ann]},
        speaker_transitions_type="allowed",
    )
    api.drive("initiate_chat", bob, manager, message="hello")
    return {"said": api.said(manager)}
