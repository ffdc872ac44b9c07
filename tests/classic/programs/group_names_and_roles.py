"""Messages with names and roles of their own, as the group and its members keep them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    replies = {
        "ann": {"content": "plain dict"},
        "bob": {"content": "somebody else", "name": "zoe", "role": "system"},
        "cid": {"content": "a function result", "role": "function", "name": "add"},
        "dan": {"content": "text", "extra": 1},
    }
    members = [api.agent(name, default_auto_reply=reply) for name, reply in replies.items()]
    manager = api.group(members, max_round=6)
    api.drive("initiate_chat", members[0], manager, message={"content": "hello", "name": "other", "role": "user"})
    return api.group_outcome(manager)
