"""A new chat starts the counters anew; a continued one as well."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=1, default_auto_reply="more")
    other = api.agent("other", default_auto_reply="ok")
    first = api.texts(api.drive("initiate_chat", user, other, message="go").chat_history)
    again = api.texts(api.drive("initiate_chat", user, other, message="again").chat_history)
    continued = api.drive("initiate_chat", user, other, message="continued", clear_history=False)
    return {"first": first, "again": again, "continued": api.texts(continued.chat_history)}
