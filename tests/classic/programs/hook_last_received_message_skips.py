"""The hook is not called for calls, empty content or exit."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def note(content: object) -> object:
        seen.append(content)
        return content

    agent = api.agent("agent", default_auto_reply="ok")
    agent.register_hook("process_last_received_message", note)
    parts = [{"type": "text", "text": "look"}]
    messages = [
        {"role": "user", "content": "text"},
        {"role": "user", "content": parts},
        {"role": "user", "content": "exit"},
        {"role": "user", "content": ""},
        {"role": "user", "content": None},
        {"role": "user", "content": "x", "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "user", "content": "x", "context": {"a": 1}},
    ]
    for message in messages:
        api.drive("generate_reply", agent, [message])
    return {"seen": seen}
