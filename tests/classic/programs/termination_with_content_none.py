"""A predicate written for text meets a tool call, whose content is None."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    user = api.user(
        function_map={"now": lambda: "noon"}, is_termination_msg=lambda m: m.get("content", "").endswith("TERMINATE")
    )
    assistant = api.assistant("assistant", [{"tool_calls": [call]}, "TERMINATE"])
    safe = api.user(
        "safe", function_map={"now": lambda: "noon"}, is_termination_msg=lambda m: "TERMINATE" in (m["content"] or "")
    )
    other = api.assistant("other", [{"tool_calls": [call]}, "noon TERMINATE"])
    return {
        "unsafe": api.error(lambda: api.texts(api.drive("initiate_chat", user, assistant, message="go").chat_history)),
        "safe": api.texts(api.drive("initiate_chat", safe, other, message="go").chat_history),
    }
