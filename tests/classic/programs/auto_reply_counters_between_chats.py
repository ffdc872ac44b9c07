"""A new chat starts the counters anew; a continued one as well."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=1, default_auto_reply="more")
    other = api.agent("other", default_auto_reply="ok")
    first = api.drive("initiate_chat", user, other, message="go")
    again = api.drive("initiate_chat", user, other, message="again")
    continued = api.drive("initiate_chat", user, other, message="continued", clear_history=False)
    return {"texts": [api.texts(result.chat_history) for result in (first, again, continued)]}
