"""The fields of a result and their kinds."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", user, other, message="go", max_turns=1)
    empty = api.autogen.ChatResult()
    return {
        "is_chat_result": isinstance(result, api.autogen.ChatResult),
        "fields": {f: type(getattr(result, f)).__name__ for f in ("chat_history", "summary", "cost", "human_input")},
        "empty": [empty.chat_id, empty.chat_history, empty.summary, empty.cost, empty.human_input],
        "cost": result.cost,
    }
