"""The async form gives the results by chat id, and waits for prerequisites."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=0)
    helpers = [api.assistant(name, [f"from {name}"]) for name in ("a", "b")]
    results = api.wait(
        user.a_initiate_chats(
            [
                {"chat_id": 1, "recipient": helpers[0], "message": "go"},
                {"chat_id": 2, "prerequisites": [1], "recipient": helpers[1], "message": "go"},
            ]
        )
    )
    return {str(chat_id): api.result(result) for chat_id, result in results.items()}
