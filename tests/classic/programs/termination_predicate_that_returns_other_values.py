"""Any true value ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(is_termination_msg=lambda m: m.get("content", "") and m.get("content", "").rstrip())
    other = api.agent("other", default_auto_reply="anything")
    result = api.drive("initiate_chat", user, other, message="go")
    return {"texts": api.texts(result.chat_history)}
