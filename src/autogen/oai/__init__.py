"""The classic's import paths for models: names only."""

from autogen.cache.cache import Cache
from autogen.models.classic.config_lists import (
    config_list_from_dotenv,
    config_list_from_json,
    config_list_from_models,
    config_list_gpt4_gpt35,
    config_list_openai_aoai,
    filter_config,
    get_config_list,
)
from autogen.models.classic.custom import ClassicModelClient as ModelClient
from autogen.models.wrapper import OpenAIWrapper

__all__ = [
    "Cache",
    "ModelClient",
    "OpenAIWrapper",
    "config_list_from_dotenv",
    "config_list_from_json",
    "config_list_from_models",
    "config_list_gpt4_gpt35",
    "config_list_openai_aoai",
    "filter_config",
    "get_config_list",
]
