"""Empty content is a message; content None is one only with a call beside it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    return {
        "empty": api.error(lambda: api.drive("send", user, {"content": ""}, other)),
        "none": api.error(lambda: api.drive("send", user, {"content": None}, other), "can't be converted"),
        "none_key_kept": api.histories(user, other),
        "empty_text": api.error(lambda: api.drive("send", user, "", other)),
        "histories": api.histories(user, other),
    }
