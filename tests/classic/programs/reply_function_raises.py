"""An error of a reply function leaves the chat as it is."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def fails(*_: object, **__: object) -> object:
        raise KeyError("mine")

    user, other = api.user(), api.agent("other")
    other.register_reply(api.autogen.Agent, fails)
    error = api.error(lambda: api.drive("initiate_chat", user, other, message="go"), "mine")
    return {"error": error, "histories": api.histories(user, other)}
