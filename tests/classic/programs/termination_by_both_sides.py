"""Either side's predicate ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(default_auto_reply="stop now")
    other = api.agent("other", default_auto_reply="ok", is_termination_msg=lambda m: m["content"].startswith("stop"))
    result = api.drive("initiate_chat", user, other, message="go")
    return api.result(result)
