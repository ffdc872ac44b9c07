"""An agent may chat with itself; both sides are one history."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agent = api.agent("agent", default_auto_reply="ok", max_consecutive_auto_reply=2)
    return {"outcome": api.error(lambda: api.result(api.drive("initiate_chat", agent, agent, message="go")))}
