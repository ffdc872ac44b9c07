"""Which triggers match when there is no sender."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def answers(trigger: object) -> object:
        agent = api.agent("agent", default_auto_reply="default")
        messages = [{"role": "user", "content": "x"}]
        registered = api.error(lambda: agent.register_reply(trigger, lambda *_, **__: (True, "registered")))
        return registered if "raised" in registered else api.error(lambda: api.drive("generate_reply", agent, messages))

    partner = api.agent("partner")
    return {
        "none": answers(None),
        "list_with_none": answers([api.autogen.Agent, None]),
        "class": answers(api.autogen.Agent),
        "instance": answers(partner),
        "callable": answers(lambda sender: sender is None),
        "name": answers("partner"),
    }
