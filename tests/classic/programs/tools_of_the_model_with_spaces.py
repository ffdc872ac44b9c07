"""Names of functions a model asks for are made valid."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "c1", "type": "function", "function": {"name": "my tool!", "arguments": "{}"}}
    assistant = api.assistant(
        "assistant", [{"tool_calls": [call]}, {"function_call": {"name": "my tool!", "arguments": "{}"}}]
    )
    reply = lambda: api.drive("generate_reply", assistant, [{"role": "user", "content": "x"}])
    return {"tool": reply()["tool_calls"], "function": reply()["function_call"]}
