"""A dict with nothing to say is refused on both sides and stored on neither."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other")
    refused = "can't be converted into a valid ChatCompletion message"
    return {
        "sent": api.error(lambda: api.drive("send", user, {"role": "user"}, other), refused),
        "received": api.error(lambda: api.drive("receive", other, {"name": "x"}, user), refused),
        "received_text": api.error(
            lambda: api.drive("receive", other, {"name": "x"}, user),
            "Received message can't be converted into a valid ChatCompletion message.",
            "Either content or function_call must be provided.",
        ),
        "sent_text": api.error(
            lambda: api.drive("send", user, {"role": "user"}, other),
            "Message can't be converted into a valid ChatCompletion message.",
            "Either content or function_call must be provided.",
        ),
        "histories": api.histories(user, other),
    }
