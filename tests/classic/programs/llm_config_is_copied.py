"""The agent keeps a copy of its configuration."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    config = {"config_list": [{"model": "m", "api_key": "k"}], "temperature": 0}
    agent = api.autogen.AssistantAgent("a", llm_config=config)
    config["temperature"] = 1
    config["config_list"][0]["model"] = "other"
    return {"kept": agent.llm_config}
