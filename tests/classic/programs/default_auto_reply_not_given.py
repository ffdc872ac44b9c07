"""Without a default an agent that has nothing to say sends an empty text."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(max_consecutive_auto_reply=1), api.agent("other", max_consecutive_auto_reply=1)
    result = api.drive("initiate_chat", user, other, message="go")
    reply = api.drive("generate_reply", other, messages=[{"role": "user", "content": "x"}])
    return {"result": api.result(result), "reply": reply}
