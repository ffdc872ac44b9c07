"""The function form of a sequence names a sender for each chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    one, two = api.agent("one", max_consecutive_auto_reply=0), api.agent("two", max_consecutive_auto_reply=0)
    helper = api.assistant("helper", ["first", "second"])
    results = api.autogen.initiate_chats(
        [
            {"sender": one, "recipient": helper, "message": "a"},
            {"sender": two, "recipient": helper, "message": lambda sender, recipient, context: f"b of {sender.name}"},
        ]
    )
    return {"results": [api.result(result) for result in results]}
