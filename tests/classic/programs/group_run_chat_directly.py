"""The method that runs a group can be called directly."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob"))
    manager = api.group([ann, bob], max_round=3)
    outcome = api.drive("run_chat", manager, [{"content": "hello", "role": "user"}], ann, manager.groupchat)
    return {
        "outcome": outcome,
        "said": api.said(manager),
        "reply": api.drive("generate_reply", manager, [{"content": "x", "role": "user"}], bob),
    }
