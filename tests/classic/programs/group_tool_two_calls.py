"""Two calls at once go to a member that has both tools."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(bob_has: str, cid_has: str) -> list[str]:
        calls = [
            {"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": "{}"}}
            for name in ("one", "two")
        ]
        ann = api.agent("ann", default_auto_reply={"content": "let me see", "tool_calls": calls})
        bob, cid = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("bob", "cid"))
        for member, names in ((bob, bob_has), (cid, cid_has)):
            member.register_function({name: lambda name=name: f"ran {name}" for name in names.split()})
        manager = api.group([ann, bob, cid], max_round=3)
        api.drive("initiate_chat", cid, manager, message="hello")
        return api.said(manager)

    return {"cid_both": chat("one", "one two"), "one_each": chat("one", "two"), "both_both": chat("one two", "two one")}
