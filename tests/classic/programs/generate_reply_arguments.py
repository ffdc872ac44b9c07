"""Messages alone are enough; neither messages nor sender is an AssertionError."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", ["one", "two", "three"])
    api.drive("send", user, "remembered", assistant)
    both_none = "must be provided"
    return {
        "messages_only": api.drive("generate_reply", assistant, [{"role": "user", "content": "alone"}]),
        "sender_only": api.drive("generate_reply", assistant, sender=user),
        "neither": api.error(lambda: api.drive("generate_reply", assistant), both_none),
        "sent_to_model": api.sent_to_model(assistant),
        "histories": api.histories(assistant),
    }
