"""The recipient may be named, and unknown arguments go to a callable message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", user, recipient=other, message="go", max_turns=1, problem="unused")
    named = api.texts(result.chat_history)
    positional = api.drive("initiate_chat", user, other, True, True, None, 1, message="positional")
    return {"named": named, "positional": api.texts(positional.chat_history)}
