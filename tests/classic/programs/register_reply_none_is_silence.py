"""A final None ends the conversation."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    other = api.agent("other", default_auto_reply="default")
    other.register_reply(api.autogen.Agent, lambda *_, **__: (True, None))
    return api.result(api.drive("initiate_chat", user, other, message="go"))
