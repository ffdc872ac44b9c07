"""A tool whose answer asks to clear the history: the call it answers is kept."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "forget", "arguments": "{}"}}
    ann = api.assistant("ann", [{"content": "let me forget", "tool_calls": [call]}, "done"])
    bob = api.agent("bob", default_auto_reply="I am bob.", function_map={"forget": lambda: "clear history"})
    manager = api.group([ann, bob], max_round=4, enable_clear_history=True)
    outcome = api.error(lambda: api.texts(bob.initiate_chat(manager, message="hello").chat_history))
    return {"outcome": outcome, "group": api.said(manager), "sent": api.sent_to_model(ann)}
