"""A member that has the tool it calls runs it itself, at once."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    ann = api.assistant(
        "ann", [{"content": "let me see", "tool_calls": [call]}, "it is 2"], function_map={"add": lambda a: a + 1}
    )
    others = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("bob", "cid")]
    manager = api.group([ann, *others], max_round=5)
    api.drive("initiate_chat", others[1], manager, message="hello")
    return api.group_outcome(manager) | {"sent": api.sent_to_model(ann)}
