"""The description is a property that can be set."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agent = api.agent("agent", system_message="s")
    agent.description = "changed"
    return {"description": agent.description, "system_message": agent.system_message}
