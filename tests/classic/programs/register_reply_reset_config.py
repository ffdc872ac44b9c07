"""A reset_config function is called with the live config at reset."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def reply(recipient: object, messages: object, sender: object, config: dict[str, int]) -> tuple[bool, str]:
        config["calls"] += 1
        return True, f"call {config['calls']}"

    def reset(config: dict[str, int]) -> None:
        seen.append(dict(config))
        config["calls"] = 100

    user, other = api.user(), api.agent("other")
    other.register_reply(api.autogen.Agent, reply, config={"calls": 0}, reset_config=reset)
    first = api.drive("initiate_chat", user, other, message="go", max_turns=2).summary
    other.reset()
    second = api.drive("initiate_chat", user, other, message="go", max_turns=1).summary
    return {"replies": [first, second], "seen": seen}
