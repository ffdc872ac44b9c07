"""A carryover of the entry comes before the summaries; a callable message sees them all."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(max_consecutive_auto_reply=0)
    helpers = [api.assistant(name, [f"from {name}"]) for name in ("a", "b", "c")]
    seen: list[object] = []

    def message(sender: object, recipient: object, context: dict[str, object]) -> str:
        seen.append(context["carryover"])
        return "built"

    results = user.initiate_chats(
        [
            {"recipient": helpers[0], "message": "go", "carryover": ["x", "y"]},
            {"recipient": helpers[1], "message": message, "carryover": ["z"]},
            {"recipient": helpers[2], "message": "go", "finished_chat_indexes_to_exclude_from_carryover": [0]},
        ]
    )
    return {"opening": [result.chat_history[0]["content"] for result in results], "seen": seen}
