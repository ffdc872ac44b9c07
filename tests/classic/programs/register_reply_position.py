"""A reply function may be put behind others; the check for termination is one of them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for position in (0, 1, 2, 5, 99, -1):
        user = api.user(max_consecutive_auto_reply=0)
        other = api.agent("other", default_auto_reply="default", is_termination_msg=lambda m: m["content"] == "stop")
        other.register_reply([api.autogen.Agent, None], lambda *_, **__: (True, "registered"), position)
        outcome[str(position)] = {
            text: api.texts(api.drive("initiate_chat", user, other, message=text).chat_history)
            for text in ("go", "stop")
        }
    return outcome
