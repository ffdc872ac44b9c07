"""Chats in a row with managers: the summary of one group goes to the next."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def team(name: str, *words: str) -> object:
        members = [api.assistant(word, [f"{word} says"]) for word in words]
        return api.group(members, {"name": name}, max_round=len(words) + 1), members

    (first, _), (second, members) = team("first team", "ann", "bob"), team("second team", "cid", "dan")
    user = api.user()
    results = user.initiate_chats(
        [
            {"recipient": first, "message": "do one"},
            {"recipient": second, "message": "do two", "summary_method": "last_msg"},
        ]
    )
    return {
        "results": [api.result(result) for result in results],
        "said": [api.said(first), api.said(second)],
        "sent": api.sent_to_model(members[0]),
    }
