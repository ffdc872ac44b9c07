"""A tool call that nobody can run: somebody with other tools answers; without any there is an error."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(*with_tools: str) -> Outcome:
        call = {"id": "call_1", "type": "function", "function": {"name": "missing", "arguments": "{}"}}
        ann = api.agent("ann", default_auto_reply={"content": "let me see", "tool_calls": [call]})
        members = [ann] + [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("bob", "cid", "dan")]
        for member in members:
            if member.name in with_tools:
                member.register_function({"other": lambda: 1})
        manager = api.group(members, max_round=3)
        outcome = api.error(
            lambda: api.drive("initiate_chat", members[3], manager, message="hello").summary,
            "No agent can execute the function missing",
        )
        return {"outcome": outcome, "said": api.said(manager)}

    return {"nobody": chat(), "one": chat("cid"), "two": chat("cid", "dan"), "the_caller": chat("ann")}
