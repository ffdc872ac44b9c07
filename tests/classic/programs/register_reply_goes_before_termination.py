"""A reply function at position 0 answers a termination message too."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=0)
    other = api.agent("other", max_consecutive_auto_reply=0)
    other.register_reply(api.autogen.Agent, lambda *_, **__: (True, "still here"))
    return api.result(api.drive("initiate_chat", user, other, message="TERMINATE"))
