"""After one side forgets, a continued chat shows each side its own part."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, assistant = api.user(), api.assistant("assistant", ["one", "two"])
    api.drive("initiate_chat", user, assistant, message="a", max_turns=1)
    assistant.clear_history(user)
    result = api.drive("initiate_chat", user, assistant, message="b", max_turns=1, clear_history=False)
    return {"chat_history": result.chat_history, "sent": api.sent_to_model(assistant)}
