"""A callable message may give a dict."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")

    def message(sender: object, recipient: object, context: dict[str, object]) -> dict[str, object]:
        return {"content": "from a dict", "role": "function", "name": "tool"}

    api.drive("initiate_chat", user, other, message=message, max_turns=1)
    return api.histories(user, other)
