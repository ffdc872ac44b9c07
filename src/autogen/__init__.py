"""Agents that converse: a framework for applications of language models.

Each name is imported when it is first reached, so that `import autogen` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from autogen._version import __version__

if TYPE_CHECKING:
    from autogen.agents.assistant import AssistantAgent
    from autogen.agents.conversable import ConversableAgent
    from autogen.agents.options.output import Output
    from autogen.agents.toolbox import register_function
    from autogen.agents.user_proxy import UserProxyAgent
    from autogen.cache import Cache
    from autogen.chats.result import ChatResult
    from autogen.chats.running import run_settings
    from autogen.chats.sequence import a_initiate_chats, initiate_chats
    from autogen.core.agent import Agent
    from autogen.core.budgets.account import Budget
    from autogen.core.limits import Limits
    from autogen.core.switch import Switch
    from autogen.errors import (
        AgentNameConflict,
        AutogenError,
        InvalidCarryOverType,
        ModelError,
        NoEligibleSpeaker,
        SenderRequired,
        UndefinedNextAgent,
    )
    from autogen.models.config import (
        DEFAULT_AZURE_API_VERSION,
        config_list_from_dotenv,
        config_list_from_json,
        config_list_from_models,
        config_list_openai_aoai,
        filter_config,
        get_config_list,
    )
    from autogen.models.wrapper import OpenAIWrapper
    from autogen.stop_reason import StopReason
    from autogen.teams.group_chat import GroupChat
    from autogen.teams.managing import GroupChatManager
    from autogen.teams.team import Team
    from autogen.tools.context import ToolContext
    from autogen.tools.tool import Tool, tool
    from autogen.usage import gather_usage_summary

_HOMES = {
    "agents.assistant": ("AssistantAgent",),
    "agents.conversable": ("ConversableAgent",),
    "agents.options.output": ("Output",),
    "agents.toolbox": ("register_function",),
    "agents.user_proxy": ("UserProxyAgent",),
    "cache": ("Cache",),
    "chats.result": ("ChatResult",),
    "chats.running": ("run_settings",),
    "chats.sequence": ("a_initiate_chats", "initiate_chats"),
    "core.agent": ("Agent",),
    "core.budgets.account": ("Budget",),
    "core.limits": ("Limits",),
    "core.switch": ("Switch",),
    "errors": (
        "AgentNameConflict",
        "AutogenError",
        "InvalidCarryOverType",
        "ModelError",
        "NoEligibleSpeaker",
        "SenderRequired",
        "UndefinedNextAgent",
    ),
    "models.config": (
        "DEFAULT_AZURE_API_VERSION",
        "config_list_from_dotenv",
        "config_list_from_json",
        "config_list_from_models",
        "config_list_openai_aoai",
        "filter_config",
        "get_config_list",
    ),
    "models.wrapper": ("OpenAIWrapper",),
    "stop_reason": ("StopReason",),
    "teams.group_chat": ("GroupChat",),
    "teams.managing": ("GroupChatManager",),
    "teams.team": ("Team",),
    "tools.context": ("ToolContext",),
    "tools.tool": ("Tool", "tool"),
    "usage": ("gather_usage_summary",),
}
_CLASSIC_HOMES = {
    "code_utils": ("DEFAULT_MODEL", "FAST_MODEL"),
    "oai": ("ModelClient", "config_list_gpt4_gpt35"),
}
"""Names that old programs may import from here, and new ones need not."""
_HOME_BY_NAME = {name: home for homes in (_HOMES, _CLASSIC_HOMES) for home, names in homes.items() for name in names}

__all__ = [
    "DEFAULT_AZURE_API_VERSION",
    "Agent",
    "AgentNameConflict",
    "AssistantAgent",
    "AutogenError",
    "Budget",
    "Cache",
    "ChatResult",
    "ConversableAgent",
    "GroupChat",
    "GroupChatManager",
    "InvalidCarryOverType",
    "Limits",
    "ModelError",
    "NoEligibleSpeaker",
    "OpenAIWrapper",
    "Output",
    "SenderRequired",
    "StopReason",
    "Switch",
    "Team",
    "Tool",
    "ToolContext",
    "UndefinedNextAgent",
    "UserProxyAgent",
    "__version__",
    "a_initiate_chats",
    "config_list_from_dotenv",
    "config_list_from_json",
    "config_list_from_models",
    "config_list_openai_aoai",
    "filter_config",
    "gather_usage_summary",
    "get_config_list",
    "initiate_chats",
    "register_function",
    "run_settings",
    "tool",
]


def __getattr__(name: str) -> object:
    home = _HOME_BY_NAME.get(name)
    if home is None:
        if name.startswith("__"):
            raise AttributeError(f"module 'autogen' has no attribute {name!r}")
        try:
            return import_module(f"autogen.{name}")  # autogen.coding, autogen.code_utils, … as attributes
        except ModuleNotFoundError as error:
            if error.name != f"autogen.{name}":
                raise
        raise AttributeError(f"module 'autogen' has no attribute {name!r}")
    value = getattr(import_module(f"autogen.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
