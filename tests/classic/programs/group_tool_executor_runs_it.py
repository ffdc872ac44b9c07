"""The one member that has the tool is asked, whoever would be next."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(method: object, **options: object) -> Outcome:
        call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
        ann = api.assistant("ann", [{"content": None, "tool_calls": [call]}, "it is 2"])
        bob = api.agent("bob", default_auto_reply="I am bob.")
        cid = api.agent("cid", default_auto_reply="I am cid.", function_map={"add": lambda a: a + 1})
        manager = api.group([ann, bob, cid], max_round=5, speaker_selection_method=method, **options)
        outcome = api.error(lambda: api.drive("initiate_chat", cid, manager, message="hello").summary)
        return api.group_outcome(manager) | {"sent": api.sent_to_model(ann), "outcome": outcome}

    return {
        "round_robin": chat("round_robin"),
        "auto": chat("auto"),
        "no_repeat": chat("round_robin", allow_repeat_speaker=False),
        "no_filter": chat("round_robin", func_call_filter=False),
    }
