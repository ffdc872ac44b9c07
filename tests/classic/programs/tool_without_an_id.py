"""A tool call without an id is answered without one."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"now": lambda: "noon"})
    ok, reply = user.generate_tool_calls_reply(
        messages=[{"tool_calls": [{"function": {"name": "now", "arguments": "{}"}}]}]
    )
    return {"ok": ok, "reply": reply}
