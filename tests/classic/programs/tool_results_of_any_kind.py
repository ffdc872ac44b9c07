"""What a function returns is said as text."""

from __future__ import annotations

import datetime

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def call(number: int) -> dict[str, object]:
        return {"id": f"call_{number}", "type": "function", "function": {"name": f"f{number}", "arguments": "{}"}}

    results = ["text", 3, 1.5, None, True, {"a": "ü"}, ["x", 1], datetime.date(2024, 1, 2), b"bytes"]
    user = api.user(function_map={f"f{number}": lambda value=value: value for number, value in enumerate(results)})
    ok, reply = user.generate_tool_calls_reply(messages=[{"tool_calls": [call(n) for n in range(len(results))]}])
    return {
        "ok": ok,
        "contents": [response["content"] for response in reply["tool_responses"]],
        "content": reply["content"],
    }
