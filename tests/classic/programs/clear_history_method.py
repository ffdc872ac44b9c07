"""The history is forgotten for one partner or for all, on this side only."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def talked() -> tuple[object, object, object]:
        user, one, two = api.user(), api.agent("one", default_auto_reply="1"), api.agent("two", default_auto_reply="2")
        for other in (one, two):
            api.drive("initiate_chat", user, other, message="go", max_turns=2)
        return user, one, two

    outcome: Outcome = {}
    user, one, two = talked()
    user.clear_history(one)
    outcome["one"] = api.histories(user, one, two)
    user, one, two = talked()
    user.clear_history()
    outcome["all"] = api.histories(user, one, two)
    user, one, two = talked()
    user.clear_history(one, 1)
    outcome["preserve_one"] = api.histories(user)
    user, one, two = talked()
    user.clear_history(nr_messages_to_preserve=2)
    outcome["preserve_for_all"] = api.histories(user)
    return outcome
