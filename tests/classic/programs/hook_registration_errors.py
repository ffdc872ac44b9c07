"""An unknown kind or a hook given twice is an AssertionError."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def hook(content: object) -> object:
        return content

    agent = api.agent("agent")
    agent.register_hook("process_last_received_message", hook)
    unknown, twice = "is not a hookable method.", "is already registered as a hook."
    return {
        "unknown": api.error(lambda: agent.register_hook("process_dreams", hook), unknown),
        "twice": api.error(lambda: agent.register_hook("process_last_received_message", hook), twice),
        "other_kind": api.error(lambda: agent.register_hook("process_all_messages_before_reply", hook)),
        "kinds": sorted(agent.hook_lists),
    }
