"""A reply function's dict with unknown keys is stored without them, a name is kept."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(max_consecutive_auto_reply=0), api.agent("other")
    reply = {"content": "x", "role": "system", "name": "someone", "extra": 1, "context": {"c": 1}}
    other.register_reply(api.autogen.Agent, lambda *_, **__: (True, reply))
    result = api.drive("initiate_chat", user, other, message="go")
    return {"result": api.result(result), "histories": api.histories(other), "given": reply}
