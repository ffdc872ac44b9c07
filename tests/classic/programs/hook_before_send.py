"""The hook sees sender, message, recipient and silent; its result is sent and stored."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def sign(sender: object, message: object, recipient: object, silent: object) -> object:
        seen.append([sender, message, recipient, silent])
        return dict(message, content="signed") if isinstance(message, dict) else f"{message} (signed)"

    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    user.register_hook("process_message_before_send", sign)
    api.drive("initiate_chat", user, other, message="go", max_turns=1)
    api.drive("send", user, {"content": "x", "context": {"k": 1}}, other, silent=True)
    return {"seen": seen, "histories": api.histories(user, other)}
