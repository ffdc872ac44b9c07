"""A callable message is called for the first turn only."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(default_auto_reply="more"), api.agent("other", default_auto_reply="ok")
    calls: list[int] = []

    def message(*_: object) -> str:
        calls.append(1)
        return f"call {len(calls)}"

    result = api.drive("initiate_chat", user, other, message=message, max_turns=3)
    return {"texts": api.texts(result.chat_history), "calls": len(calls)}
