"""An agent without a model does not answer through generate_oai_reply."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agent = api.agent("agent")
    assistant = api.assistant("assistant", ["hello"])
    messages = [{"role": "user", "content": "x"}]
    return {
        "without": api.drive("generate_oai_reply", agent, messages=messages),
        "with": api.drive("generate_oai_reply", assistant, messages=messages),
    }
