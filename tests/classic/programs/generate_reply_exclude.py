"""Reply functions can be left out of one reply."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def mine(*_: object, **__: object) -> tuple[bool, str]:
        return True, "mine"

    assistant = api.assistant("assistant", ["from the model"])
    assistant.register_reply([api.autogen.Agent, None], mine)
    messages = [{"role": "user", "content": "x"}]
    return {
        "all": api.drive("generate_reply", assistant, messages),
        "without_mine": api.drive("generate_reply", assistant, messages, exclude=[mine]),
    }
