"""Earlier conversations can be handed to the constructor and continued."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    other = api.agent("other", default_auto_reply="ok")
    user = api.user(
        chat_messages={
            other: [{"role": "assistant", "content": "earlier"}, {"role": "user", "content": "answer", "name": "other"}]
        }
    )
    restored = api.histories(user)
    last = user.last_message(other)
    api.drive("initiate_chat", user, other, message="go", max_turns=1, clear_history=False)
    return {"restored": restored, "last": last, "histories": api.histories(user, other)}
