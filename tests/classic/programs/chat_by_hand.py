"""A conversation held with send and generate_reply alone."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", ["one", "two"])
    api.drive("send", user, "first", assistant, request_reply=False)
    reply = api.drive("generate_reply", assistant, sender=user)
    api.drive("send", assistant, reply, user, request_reply=False)
    api.drive("send", user, "second", assistant, request_reply=True)
    return {"histories": api.histories(user, assistant), "sent": api.sent_to_model(assistant)}
