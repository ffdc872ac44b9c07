"""A model configuration without a model is refused at once."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def made(config: object) -> Outcome:
        wanted = "When using OpenAI or Azure OpenAI endpoints, specify a non-empty 'model'"
        return api.error(lambda: api.autogen.AssistantAgent("a", llm_config=config).client is not None, wanted)

    return {
        "empty_list": made({"config_list": []}),
        "empty_model": made({"config_list": [{"model": "", "api_key": "k"}]}),
        "empty_dict": made({}),
        "empty_model_key": made({"model": ""}),
        "false": made(False),
        "none": made(None),
        "good": made({"config_list": [{"model": "m", "api_key": "k"}]}),
        "good_model_only": made({"model": "m", "api_key": "k"}),
    }
