"""Who asks the human when nothing is said about it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agents = [
        api.autogen.ConversableAgent("plain", llm_config=False),
        api.autogen.AssistantAgent("assistant", llm_config=False),
        api.autogen.UserProxyAgent("user", code_execution_config=False),
    ]
    return {agent.name: agent.human_input_mode for agent in agents}
