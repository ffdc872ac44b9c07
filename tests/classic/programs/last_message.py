"""The last message of one partner, of the only partner, or an error that says which to name."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, one, two = api.user(), api.agent("one", default_auto_reply="1"), api.agent("two", default_auto_reply="2")
    nobody = user.last_message()
    api.drive("initiate_chat", user, one, message="go", max_turns=1)
    only = user.last_message()
    api.drive("initiate_chat", user, two, message="go", max_turns=1)
    stranger = api.agent("stranger")
    return {
        "nobody": nobody,
        "only": only,
        "one": user.last_message(one),
        "several": api.error(user.last_message, "More than one conversation is found. Please specify the sender"),
        "stranger": api.error(lambda: user.last_message(stranger), "is not present in any conversation"),
    }
