"""An empty carryover changes nothing."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    return {
        str(given): api.texts(
            api.drive("initiate_chat", user, other, message="go", carryover=given, max_turns=1).chat_history
        )
        for given in ("", [], [""])
    }
