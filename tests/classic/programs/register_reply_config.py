"""Each agent keeps its own copy of the config; a reset makes it as new."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    configs: list[object] = []

    def reply(recipient: object, messages: object, sender: object, config: dict[str, int]) -> tuple[bool, str]:
        config["calls"] += 1
        configs.append(dict(config))
        return True, f"call {config['calls']}"

    given = {"calls": 0}
    user, other = api.user(max_consecutive_auto_reply=1, default_auto_reply="more"), api.agent("other")
    other.register_reply(api.autogen.Agent, reply, config=given)
    first = api.drive("initiate_chat", user, other, message="go", max_turns=2).summary
    second = api.drive("initiate_chat", user, other, message="go", max_turns=1).summary
    other.reset()
    third = api.drive("initiate_chat", user, other, message="go", max_turns=1).summary
    return {"replies": [first, second, third], "configs": configs, "given": given}
