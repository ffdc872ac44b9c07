"""Without any limit of its own an agent answers a hundred times."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(default_auto_reply="more"), api.agent("other", default_auto_reply="ok")
    api.drive("initiate_chat", user, other, message="go")
    return {
        "messages": len(user.chat_messages[other]),
        "last": user.last_message(other),
        "limits": [user.max_consecutive_auto_reply(), other.max_consecutive_auto_reply(user)],
        "class_limit": api.autogen.ConversableAgent.MAX_CONSECUTIVE_AUTO_REPLY,
    }
