"""Any name is accepted; it stands in the messages as it is."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user("the user"), api.agent("Dr. Who?", default_auto_reply="ok")
    return api.result(api.drive("initiate_chat", user, other, message="go", max_turns=1))
