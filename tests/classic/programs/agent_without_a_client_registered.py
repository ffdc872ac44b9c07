"""An agent whose custom client is not registered fails at the first reply."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.autogen.AssistantAgent("assistant", llm_config=api.llm_config)
    return api.error(lambda: api.drive("generate_reply", assistant, [{"role": "user", "content": "x"}]))
