"""Anything else as a trigger is a ValueError."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agent = api.agent("agent")
    wanted = "trigger must be a class, a string, an agent, a callable or a list."
    return {
        "number": api.error(lambda: agent.register_reply(1, lambda *_: (True, "x")), wanted),
        "dict": api.error(lambda: agent.register_reply({}, lambda *_: (True, "x")), wanted),
        "tuple": api.error(lambda: agent.register_reply((None,), lambda *_: (True, "x")), wanted),
    }
