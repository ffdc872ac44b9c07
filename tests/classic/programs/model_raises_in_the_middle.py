"""After an error of the model the chat can be taken up again."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=4, default_auto_reply="more")
    assistant = api.assistant("assistant", ["one", RuntimeError("down"), "two"])
    error = api.error(lambda: api.drive("initiate_chat", user, assistant, message="go"), "down")
    texts = api.texts(user.chat_messages[assistant])
    result = api.drive("initiate_chat", user, assistant, message="again", clear_history=False, max_turns=1)
    return {"error": error, "texts": texts, "result": api.result(result)}
