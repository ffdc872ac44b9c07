"""The result of a second chat has the second chat's human input only."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(human_input_mode="ALWAYS"), api.agent("other", default_auto_reply="ok")
    api.inputs(["one", "exit", "two", "exit"])
    first = api.drive("initiate_chat", user, other, message="go")
    second = api.drive("initiate_chat", user, other, message="go")
    return {"first": first.human_input, "second": second.human_input}
