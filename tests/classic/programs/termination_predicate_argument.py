"""The predicate gets the message as a dict, in the form the receiver stores."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def is_over(message: dict[str, object]) -> bool:
        seen.append(dict(message))
        return message["content"] == "third"

    user = api.user(is_termination_msg=is_over, default_auto_reply="second")
    other = api.assistant("other", ["first", "third", "fifth"], is_termination_msg=lambda message: False)
    result = api.drive("initiate_chat", user, other, message="go")
    return {"seen": seen, "texts": api.texts(result.chat_history)}
