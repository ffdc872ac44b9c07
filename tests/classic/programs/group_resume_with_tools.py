"""Resuming from messages with a tool call and its result."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    kept = [
        {"content": "add", "role": "user", "name": "bob"},
        {"content": "", "role": "assistant", "name": "ann", "tool_calls": [call]},
        {
            "content": "2",
            "role": "tool",
            "name": "bob",
            "tool_responses": [{"tool_call_id": "call_1", "role": "tool", "content": "2"}],
        },
    ]
    ann, bob = api.assistant("ann", ["it is 2"]), api.agent("bob", function_map={"add": lambda a: a + 1})
    manager = api.group([ann, bob], max_round=2)
    agent, message = api.drive("resume", manager, kept, None)
    api.drive("initiate_chat", agent, manager, message=message, clear_history=False)
    return {"last": [agent, message], "said": api.said(manager), "sent": api.sent_to_model(ann)}
