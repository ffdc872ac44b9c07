"""The last resort may be a text, a dict, nothing, or what the class says."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for reply in ("text", {"content": "from a dict", "name": "n"}, None, ""):
        user, other = api.user(max_consecutive_auto_reply=1), api.agent("other", default_auto_reply=reply)
        result = api.drive("initiate_chat", user, other, message="go")
        outcome[str(reply)] = api.result(result)
    return outcome
