"""Chats in a row: each later one is given the summaries of the earlier ones."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=0)
    first, second = api.assistant("first", ["one TERMINATE"]), api.assistant("second", ["two"])
    third = api.assistant("third", ["three", "three in short"])
    results = user.initiate_chats(
        [
            {"recipient": first, "message": "do one", "max_turns": 1},
            {"recipient": second, "message": "do two", "carryover": "my own", "max_turns": 1, "silent": True},
            {"recipient": third, "message": "do three", "summary_method": "reflection_with_llm", "clear_history": True},
        ]
    )
    return {
        "results": [api.result(result) for result in results],
        "all": len(user.get_chat_results()),
        "last": user.get_chat_results(-1).summary,
        "sent_to_third": api.sent_to_model(third),
    }
