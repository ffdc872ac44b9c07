"""A reply generated directly is not stored; what is returned is text or a dict."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assistant = api.assistant("assistant", ["text", {"content": None, "tool_calls": [call]}])
    messages = [{"role": "user", "content": "x", "name": "someone"}]
    replies = [api.drive("generate_reply", assistant, messages) for _ in range(2)]
    return {"replies": replies, "histories": api.histories(assistant), "given": messages}
